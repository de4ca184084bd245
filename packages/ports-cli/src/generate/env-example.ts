import type { RegistryDefinition } from '@driftos/ports/define'
import type { Generator } from '../project/config.js'
import { getSiblingVariable } from './container.js'
import { generatedNotice, oneLine } from './notice.js'

/** Options of {@link envExample}. */
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
        '# Shifts every default: 100 starts a second stack beside the first.',
        '# DRIFTOS_PORT_OFFSET=0',
        '',
        ...ports,
        ...originLines(registry),
        ...(services.some(({ scheme }) => scheme === 'postgresql') ? databaseLines : []),
        ...(more?.(registry) ?? []),
      ].join('\n')
    },
  }
}

function originLines({ services }: RegistryDefinition): string[] {
  const [first] = Object.entries(services)
  if (!first) return []
  const [name, service] = first
  const scheme = service.scheme.startsWith('http') ? 'https' : service.scheme
  return [
    '# The host or the origin of a service on another machine; every service has both variables.',
    `# ${getSiblingVariable(service, 'HOST')}=localhost`,
    `# ${getSiblingVariable(service, 'URL')}=${scheme}://${name.toLowerCase()}.example.com`,
    '',
  ]
}

const databaseLines = [
  '# The database: a connection string, or its parts.',
  '# DATABASE_URL=postgresql://user:password@localhost/database',
  '# POSTGRES_USER=postgres',
  '# POSTGRES_PASSWORD=postgres',
  '# POSTGRES_DB=postgres',
  '',
]
