import type { Env } from '@driftos/ports'
import type { PortRegistry } from '@driftos/ports/define'
import { UsageError, type Command } from '../command.js'

/** A line of each format. Values are ports, so that none needs quoting. */
const formats: Record<string, (variable: string, port: number) => string> = {
  dotenv: (variable, port) => `${variable}=${port}`,
  sh: (variable, port) => `export ${variable}=${port}`,
  github: (variable, port) => `${variable}=${port}`,
}

export const command: Command = {
  help: `The port variables of every service, resolved.

Usage: driftos-ports env [--format FORMAT] [--offset N]

  --format dotenv  NAME=value lines (the default)
           sh      for eval "$(driftos-ports env --format sh)"
           github  for driftos-ports env --format github >> "$GITHUB_ENV"
           json    one object
           prometheus  a configuration by which Prometheus scrapes the services where they are
  --offset N       as DRIFTOS_PORT_OFFSET=N would have them
`,
  options: { format: { type: 'string' }, offset: { type: 'string' }, json: { type: 'boolean' } },
  async run({ values, positionals }, io, { registry }) {
    if (positionals.length > 0) throw new UsageError(`env takes no ${JSON.stringify(positionals[0])}`)
    const name = values['json'] ? 'json' : String(values['format'] ?? 'dotenv')
    const format = Object.hasOwn(formats, name) ? formats[name] : undefined
    if (!format && name !== 'json' && name !== 'prometheus') {
      throw new UsageError(
        `There is no format ${JSON.stringify(name)}; there are ${Object.keys(formats).join(', ')}, json, prometheus`,
      )
    }
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
