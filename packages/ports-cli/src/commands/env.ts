import type { Env } from '@driftos/ports'
import { composeProjectName, findCheckout } from '@driftos/ports/checkout'
import type { PortRegistry } from '@driftos/ports/define'
import type { Command } from '../command.js'

type Value = string | number
type Pairs = readonly (readonly [variable: string, value: Value])[]

const formats: Record<string, (pairs: Pairs, registry: PortRegistry, env: Env) => string | Promise<string>> = {
  dotenv: printLines((variable, value) => `${variable}=${quote(value, String(value).includes("'") ? '"' : "'")}`),
  sh: printLines((variable, value) => `export ${variable}=${quote(String(value).replaceAll("'", `'\\''`), "'")}`),
  github: printLines((variable, value) => `${variable}=${value}`),
  json: (pairs) => `${JSON.stringify(Object.fromEntries(pairs), null, 2)}\n`,
  async prometheus(_, registry, env) {
    // Only this format needs the YAML writer.
    const { renderPrometheusConfig } = await import('../generate/prometheus.js')
    return renderPrometheusConfig(registry, (_service, name) => new URL(registry.getOrigin(name, env)))
  },
}

function printLines(print: (variable: string, value: Value) => string) {
  return (pairs: Pairs): string => pairs.map((pair) => `${print(...pair)}\n`).join('')
}

/** Quotes a value with characters that are special to a shell or in a .env file. */
function quote(value: Value, mark: string): string {
  return /^[\w.:/@%+[\]-]*$/.test(String(value)) ? String(value) : `${mark}${value}${mark}`
}

export const command: Command = {
  summary: 'print the port variables, resolved',
  options: {
    format: { value: 'FORMAT', choices: Object.keys(formats), help: 'the output format; default dotenv' },
    offset: { value: 'N', help: 'resolve with DRIFTOS_PORT_OFFSET=N' },
    urls: { help: 'print the *_URL of every service too' },
    json: { help: 'the same as --format json' },
  },
  details: `With an offset, COMPOSE_PROJECT_NAME keeps the containers and volumes of this checkout apart.

Examples:
  eval "$(driftos-ports env --format sh)"
  driftos-ports env --format github >> "$GITHUB_ENV"
  driftos-ports env --format prometheus > prometheus.yml`,
  async run({ values }, io, { registry, root, composeProject }) {
    const name = values['json'] ? 'json' : String(values['format'] ?? 'dotenv')
    const offset = values['offset']
    const env = offset === undefined ? io.env : { ...io.env, DRIFTOS_PORT_OFFSET: String(offset) }
    const ports = registry.resolvePorts(env)
    const pairs: (readonly [string, Value])[] = []
    for (const [service, { variable }] of Object.entries(registry.services)) {
      pairs.push([variable, ports[service]!])
      if (values['urls']) pairs.push([variable.replace(/_PORT$/, '_URL'), registry.getOrigin(service, env)])
    }
    const project = findComposeProject(root, env, composeProject)
    if (project) pairs.push(['COMPOSE_PROJECT_NAME', project])
    io.write(await formats[name]!(pairs, registry, env))
    return 0
  },
}

/** Finds the name of the compose project; the first checkout keeps the one in its compose file, and so its volumes. */
function findComposeProject(directory: string, env: Env, base?: string): string | undefined {
  const present = env['COMPOSE_PROJECT_NAME']?.trim()
  if (present || !Number(env['DRIFTOS_PORT_OFFSET'])) return present
  const checkout = findCheckout(directory)
  return checkout && composeProjectName(checkout, base ?? checkout.project, false)
}
