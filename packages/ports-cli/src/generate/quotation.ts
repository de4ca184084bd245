import type { RegistryDefinition } from '@driftos/ports/define'
import { UsageError } from '../command.js'

/** A file that people write, and what in it is the registry's. */
export interface Quotation {
  /** The file, from the repository's root, with `/`. */
  readonly file: string
  readonly quotes: readonly Quote[]
}

/** What a text says of the registry. */
interface Quote {
  /** Finds what is quoted, and nothing around it. */
  readonly pattern: RegExp
  /**
   * What the registry has in its place; undefined where it has nothing, and the text waits for a person.
   *
   * @param name - what the pattern's group `service` found
   */
  readonly say: (registry: RegistryDefinition, name: string) => string | undefined
}

const examples = {
  'README.md': [
    number(
      /(?<=^(?<service>postgres|gateway|core|embed|website|demo) +(\d+ +\w+:\/\/localhost:)?)\d+(?= +(\w+:|up ))/gm,
    ),
    number(/(?<=getListenPort\('(?<service>\w+)'\)\) \/\/ .*else )\d+/g),
    number(/(?<=getOrigin\('(?<service>\w+)'\).*localhost:)\d+/g),
    number(/(?<=PORTS\.(?<service>\w+) \/\/ )\d+/g),
    number(/(?<=CORE_PORT=.*such as )\d+/g, 'core'),
    number(/(?<=(?<service>demo) cannot listen on port )\d+/g),
    number(/(?<=demo cannot .*http\.server )\d+/g, 'demo'),
    leftPort(/(?<=RegisteredPort = )\d+ .*/g, ({ from, service }) => `${from} // does not compile: ${service} left it`),
    leftPort(/(?<=ports show )\d+\n.*/g, show),
  ],
  'packages/ports/README.md': [
    number(/(?<=PORTS\.(?<service>\w+) \/\/ )\d+/g),
    number(/(?<=getListenPort\('(?<service>\w+)'\) \/\/ .*else )\d+/g),
    number(/(?<=getOrigin\('(?<service>\w+)'\).*localhost:)\d+/g),
    number(/(?<=parse\(process\.env\)\.CORE_PORT \/\/ )\d+/g, 'core'),
    leftPort(
      /(?<=findService\()\d+.*/g,
      ({ from, service, port }) =>
        `${from}) // { port: ${from}, status: 'retired', service: '${service}', movedTo: ${port} }`,
    ),
  ],
  'packages/ports-cli/README.md': [
    number(/(?<=moved from )\d+(?= by GRAFANA_PORT)/g, 'coreGrafana'),
    number(/(?<=^(?<service>core|demo|coreGrafana|embedGrafana) +)\d+/gm),
    number(/(?<=http\.server )\d+/g, 'demo'),
    number(/(?<=(?<service>embed) (did not come )?on port )\d+/g),
    number(/(?<=GATEWAY_PORT: )\d+/g, 'gateway'),
    {
      pattern: /(?<=echo \$GATEWAY_PORT \$CORE_PORT\n).*/g,
      say: ({ services }: RegistryDefinition) =>
        services['gateway'] && services['core'] && `${services['gateway'].port + 100} ${services['core'].port + 100}`,
    },
    leftPort(/(?<=ports show )\d+\n.*/g, show),
  ],
} satisfies Record<string, Quote[]>

/** The numbers in the READMEs, which stand amid what people write. */
export const quotations: readonly Quotation[] = Object.entries(examples).map(([file, quotes]) => ({ file, quotes }))

/**
 * A text that says what the registry has.
 *
 * @throws {UsageError} when the text no longer quotes what it is expected to
 */
export function quoteInto(text: string, { file, quotes }: Quotation, registry: RegistryDefinition): string {
  return quotes.reduce((quoted, { pattern, say }) => {
    if (quoted.search(pattern) < 0) {
      throw new UsageError(`${file} has to quote the registry where ${pattern} matches, and nothing does`)
    }
    return quoted.replace(pattern, (...match) => {
      const { service = '' } = match.at(-1) as { service?: string }
      return say(registry, service) ?? match[0]
    })
  }, text)
}

/** A service's port. */
function number(pattern: RegExp, service?: string): Quote {
  return { pattern, say: ({ services }, name) => services[service ?? name]?.port.toString() }
}

interface Left {
  readonly from: number
  readonly service: string
  /** Where the service is now. */
  readonly port: number
}

/** What is told of the first port that a service left and that nobody holds. */
function leftPort(pattern: RegExp, tell: (left: Left) => string): Quote {
  return {
    pattern,
    say: ({ services, history }) => {
      const held = new Set(Object.values(services).map(({ port }) => port))
      const move = history.find(({ service, from }) => services[service] && !held.has(from))
      return move && tell({ ...move, port: services[move.service]!.port })
    },
  }
}

function show({ from, service, port }: Left): string {
  return `${from}\n${from} is retired: the ${service}'s until it moved to ${port}.`
}
