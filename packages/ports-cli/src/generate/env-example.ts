import type { RegistryDefinition } from '@driftos/ports/define'
import type { Generator } from '../project/config.js'
import { getSiblingVariable } from './container.js'
import { generatedNotice, oneLine } from './notice.js'

interface EnvExampleOptions {
  readonly file?: string
  /** Returns further lines, such as the variables of one service. */
  readonly more?: (registry: RegistryDefinition) => readonly string[]
}

/** Returns the generator of `.env.example`: every variable with its default, commented out. */
export function envExample({ file = '.env.example', more }: EnvExampleOptions = {}): Generator {
  return {
    file,
    render(registry) {
      const services = Object.values(registry.services)
      const ports = services.map(({ port, variable, summary }) => `# ${oneLine(summary)}\n# ${variable}=${port}\n`)
      return [
        `# ${generatedNotice}`,
        '# Copy to .env and uncomment what you change.',
        '',
        ...checkoutLines,
        ...ports,
        ...originLines(registry),
        ...(services.some(({ scheme }) => scheme === 'postgresql') ? databaseLines : []),
        ...(more?.(registry) ?? []),
      ].join('\n')
    },
  }
}

function originLines({ services }: RegistryDefinition): string[] {
  const examples = Object.entries(services).slice(0, 1)
  return examples.flatMap(([name, service]) => [
    '# The host or the origin of a service on another machine; every service has both variables.',
    `# ${getSiblingVariable(service, 'HOST')}=localhost`,
    `# ${getSiblingVariable(service, 'URL')}=${service.scheme.replace(/^http$/, 'https')}://${name.toLowerCase()}.example.com`,
    '',
  ])
}

const checkoutLines = [
  '# Moves every default by this number. Without it, `driftos-ports slot` gives each checkout a separate offset.',
  '# DRIFTOS_PORT_OFFSET=0',
  '',
  '# The containers and volumes of this checkout. The default depends on its directory.',
  '# COMPOSE_PROJECT_NAME=name',
  '',
  '# Read from the shell, not to be set here. DRIFTOS_CHECKOUT: the root of the checkout that started a process. PORT: the port',
  '# of one process. XDG_STATE_HOME, LOCALAPPDATA, HOME, USERPROFILE: where slots are kept. CI: no slots. CONDUCTOR_PORT and',
  '# CONDUCTOR_WORKSPACE_PATH: the ports of a Conductor workspace. DOCKER_HOST, XDG_RUNTIME_DIR: the container engine.',
  '# VITEST: no slot for a Vite that only runs tests. NO_COLOR, FORCE_COLOR, TERM, COLUMNS: the output.',
  '',
]

const databaseLines = [
  '# The database: a connection string, or its parts.',
  '# DATABASE_URL=postgresql://user:password@localhost/database',
  '# POSTGRES_USER=postgres',
  '# POSTGRES_PASSWORD=postgres',
  '# POSTGRES_DB=postgres',
  '',
]
