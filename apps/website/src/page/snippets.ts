import { findService, ranges, retired, services, type RangeDefinition, type ServiceDefinition } from '@driftos/ports'
import { serviceNames } from '../definitions.js'
import { lastPort } from '../find.js'

/** A piece of code and its title. */
export interface SnippetSource {
  readonly title: string
  readonly language: 'typescript' | 'shell'
  readonly code: string
}

/** Returns the code that shows how a number is used and changed, with services, ranges and free numbers of the registry. */
export function findSnippets(): SnippetSource[] {
  const listener = serviceNames[0]
  // Without a service there is nothing to listen on, reach or move.
  if (listener === undefined) return [install]
  const isReachable = (name: string) => name !== listener && definitions[name]!.scheme.startsWith('http')
  const target = serviceNames.find(isReachable) ?? listener
  return [install, listen(listener), reach(target), refused(), override(listener), change(listener)]
}

const definitions: Readonly<Record<string, ServiceDefinition>> = services

const install: SnippetSource = {
  title: 'Install',
  language: 'shell',
  code: `npm install @driftos/ports
npm install --save-dev @driftos/ports-cli
npx driftos-ports list`,
}

function listen(service: string): SnippetSource {
  return {
    title: 'Listen',
    language: 'typescript',
    code: `import { createServer } from 'node:http'
import { getListenPort, resolvePorts } from '@driftos/ports'

// Throws one error with every invalid variable and collision.
resolvePorts()

// ${definitions[service]!.variable}, else PORT, else the registered number.
createServer().listen(getListenPort('${service}'))`,
  }
}

function reach(service: string): SnippetSource {
  const { variable, healthPath = '' } = definitions[service]!
  const prefix = variable.replace(/_PORT$/, '')
  return {
    title: 'Reach another service',
    language: 'typescript',
    code: `import { getOrigin, PORTS } from '@driftos/ports'

// ${prefix}_URL, else ${prefix}_HOST and ${variable}, else localhost.
const health = await fetch(\`\${getOrigin('${service}')}${healthPath}\`)

// The registered number as a literal type; reads no environment.
console.log(PORTS.${service}, health.status)`,
  }
}

function refused(): SnippetSource {
  const name = findUnregisteredName()
  return {
    title: 'An unregistered service or port does not compile',
    language: 'typescript',
    code: `import { getPort, PORTS, type RegisteredPort } from '@driftos/ports'

// @ts-expect-error: no such service
PORTS.${name}

// @ts-expect-error: no such service
getPort('${name}')

// @ts-expect-error: the port is not registered
const port: RegisteredPort = ${findUnregisteredPort(1)}
console.log(port)`,
  }
}

function override(service: string): SnippetSource {
  const { port, variable } = definitions[service]!
  return {
    title: 'Override, on this machine',
    language: 'shell',
    code: `# One service, and everything that reaches it.
${variable}=${findUnregisteredPort(port + 1)} pnpm dev

# A second DriftOS next to the first, with nothing shared.
DRIFTOS_PORT_OFFSET=100 pnpm dev

# The resolved variables.
pnpm -s ports env`,
  }
}

function change(shown: string): SnippetSource {
  const isMovable = (name: string) => findFreePort(definitions[name]!.group) !== undefined
  const moved = serviceNames.find(isMovable)
  const group = Object.keys(ranges).find((name) => findFreePort(name) !== undefined)
  const lines = [
    `pnpm ports show ${shown}`,
    moved && `pnpm ports move ${moved} ${findFreePort(definitions[moved]!.group)} --reason "why it moves"`,
    group && `pnpm ports add ${findUnregisteredName()} --group ${group} --summary "takes payments"`,
    'pnpm ports check',
  ]
  return { title: 'Change a port, for every consumer', language: 'shell', code: lines.filter(Boolean).join('\n') }
}

/** Returns the first number of a range that no service has or had. */
function findFreePort(group: string | undefined): number | undefined {
  const range = group === undefined ? undefined : (ranges as Readonly<Record<string, RangeDefinition>>)[group]
  if (range === undefined) return undefined
  const numbers = Array.from({ length: range.last + 1 - range.first }, (_, index) => range.first + index)
  return numbers.find((port) => (findService(port)?.status ?? 'reserved') === 'reserved')
}

/** Returns the first number from one on that the registry does not mention. */
function findUnregisteredPort(from: number): number {
  for (let port = from; port <= lastPort; port++) if (findService(port) === undefined) return port
  throw new Error(`Every port from ${from} to ${lastPort} is registered`)
}

/** Returns a name that belongs to no service, past or present, as its name, alias, container or variable. */
function findUnregisteredName(): string {
  const used = serviceNames.flatMap((name) => {
    const { aliases = [], containerName, variable } = definitions[name]!
    return aliases.concat(name, containerName, variable.replace(/_PORT$/, ''))
  })
  const taken = new Set([...used, ...Object.keys(retired)].map((text) => text.toLowerCase()))
  let name = 'billing'
  while (taken.has(name.toLowerCase())) name += '2'
  return name
}
