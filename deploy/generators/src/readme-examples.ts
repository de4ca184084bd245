import type { ServiceDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import { getSiblingVariable, type Generator } from '@driftos/ports-cli'

type Entry = readonly [name: string, service: ServiceDefinition]

/** The addresses that `pnpm dev` prints, in the README. */
export const addressesExample: Generator = {
  file: 'README.md',
  region: 'example-addresses',
  render(registry) {
    const rows = listActive(registry)
      .filter(([, { scheme, group }]) => scheme === 'postgresql' || (scheme === 'http' && group === 'services'))
      .map(([name, { scheme, port }]) => [name, String(port), `${scheme}://localhost:${port}`])
    return fence('', formatColumns([['service', 'port', 'address'], ...rows]))
  },
}

/** The first lines that use the package, in a README. */
export function usageExample(file: string): Generator {
  return {
    file,
    region: 'example-usage',
    render(registry) {
      const [first, second = first] = listActive(registry).filter(([, { scheme }]) => scheme === 'http')
      if (!first || !second) return undefined
      const [name, { variable, port }] = first
      const [other, otherService] = second
      return fence('ts', [
        `import { getListenPort, getOrigin, PORTS, resolvePorts } from '@driftos/ports'`,
        '',
        'resolvePorts() // throws one error that lists every invalid variable and every collision',
        `server.listen(getListenPort('${name}')) // ${variable}, else PORT, else ${port}`,
        `await fetch(\`\${getOrigin('${other}')}/health\`) // ${getSiblingVariable(otherService, 'URL')}, else http://localhost:${otherService.port}`,
        '',
        `PORTS.${name} // ${port}, a literal type`,
        'PORTS.payments // does not compile: not registered',
      ])
    },
  }
}

/** A registry of another repository, on a port that is free in this one. */
export const defineExample: Generator = {
  file: 'packages/ports/README.md',
  region: 'example-define',
  render(registry) {
    const port = findFreePort(registry)
    return fence('ts', [
      "import { defineRegistry } from '@driftos/ports/define'",
      '',
      'export const { services, ranges, history, PORTS, getPort, getOrigin, resolvePorts } = defineRegistry({',
      '  services: {',
      `    shop: { port: ${port}, containerName: 'acme-shop', variable: 'SHOP_PORT', scheme: 'http', healthPath: '/health', status: 'active', summary: 'The shop' },`,
      '  },',
      '  ranges: {},',
      '  history: [],',
      '})',
      `PORTS.shop // ${port}, a literal type`,
      "getOrigin('payments') // does not compile: not registered",
    ])
  },
}

/** The first round number that is in no range and that no service has or had. */
function findFreePort({ services, ranges, history, retired = {} }: RegistryDefinition): number {
  const taken = new Set([
    ...Object.values(services).flatMap(({ port, containerPort = port }) => [port, containerPort]),
    ...history.map(({ from }) => from),
    ...Object.values(retired).map(({ port }) => port),
  ])
  const isInRange = (port: number) => Object.values(ranges).some(({ first, last }) => port >= first && port <= last)
  let candidate = 4000
  while (taken.has(candidate) || isInRange(candidate)) candidate += 100
  return candidate
}

function listActive({ services }: RegistryDefinition): Entry[] {
  return Object.entries(services).filter(([, { status }]) => status === 'active')
}

function formatColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}

function fence(language: string, lines: readonly string[]): string {
  return ['```' + language, ...lines, '```', ''].join('\n')
}
