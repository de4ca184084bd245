import type { Env } from '@driftos/ports'
import type { PortRegistry } from '@driftos/ports/define'
import type { Command } from '../command.js'

/** A line of each format. Values are ports, so that none needs quoting. */
const formats: Record<string, (variable: string, port: number) => string> = {
  dotenv: (variable, port) => `${variable}=${port}`,
  sh: (variable, port) => `export ${variable}=${port}`,
  github: (variable, port) => `${variable}=${port}`,
}

export const command: Command = {
  summary: 'print the port variables, resolved',
  usage: '',
  options: {
    format: {
      type: 'string',
      value: 'FORMAT',
      choices: [...Object.keys(formats), 'json', 'prometheus'],
      help: 'the output format; default dotenv',
    },
    offset: { type: 'string', value: 'N', help: 'resolve with DRIFTOS_PORT_OFFSET=N' },
    json: { type: 'boolean', help: 'the same as --format json' },
  },
  details: `Examples:
  eval "$(driftos-ports env --format sh)"
  driftos-ports env --format github >> "$GITHUB_ENV"
  driftos-ports env --format prometheus > prometheus.yml`,
  registry: 'required',
  async run({ values }, io, { registry }) {
    const name = values['json'] ? 'json' : String(values['format'] ?? 'dotenv')
    const format = Object.hasOwn(formats, name) ? formats[name] : undefined
    const offset = values['offset']
    const env = offset === undefined ? io.env : { ...io.env, DRIFTOS_PORT_OFFSET: String(offset) }
    const ports = registry.resolvePorts(env)
    if (name === 'prometheus') {
      io.write(await renderPrometheus(registry, env))
      return 0
    }
    const pairs = Object.entries(registry.services).map(
      ([service, { variable }]) => [variable, ports[service]!] as const,
    )
    io.write(
      format
        ? pairs.map(([variable, port]) => `${format(variable, port)}\n`).join('')
        : `${JSON.stringify(Object.fromEntries(pairs), null, 2)}\n`,
    )
    return 0
  },
}

async function renderPrometheus(registry: PortRegistry, env: Env): Promise<string> {
  // Only this format pays for the YAML writer.
  const { renderPrometheusConfig } = await import('../generate/prometheus.js')
  return renderPrometheusConfig(registry, (_, name) => new URL(registry.getOrigin(name, env)))
}
