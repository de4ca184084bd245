import { meetingsOf } from '@driftos/ports/checkout'
import { distance } from 'fastest-levenshtein'
import type { Machine, PortRange } from './machine.js'

/** One problem and its fix. */
export interface Problem {
  readonly message: string
  readonly fix: string
}

/** One check of a machine. */
export interface Check {
  readonly name: string
  /** A few words for the state without problems. */
  readonly title: string
  /** Whether it reads ports, which are unknown while a variable is invalid. */
  readonly needsPorts?: true
  find(this: void, machine: Machine): readonly Problem[]
}

/** The ports of AirPlay's receiver. */
// driftos-ports-ignore: macOS listens on them
const airPlayPorts = new Set([5000, 7000])
/** The variables that processes of any repository read, besides those of services. */
const knownVariables = ['DRIFTOS_PORT_OFFSET', 'DRIFTOS_CHECKOUT']

/** Every check, in the order of the output. */
export const checks: readonly Check[] = [
  {
    name: 'variables',
    title: 'the variables are valid',
    find: ({ invalidVariables }) =>
      invalidVariables.map((message) => ({ message, fix: 'Correct the variable, or unset it.' })),
  },
  {
    name: 'port-variable',
    title: 'PORT is not set',
    find({ env, envFile }) {
      const port = env['PORT']?.trim()
      if (!port) return []
      const message = `PORT=${port} is set: every service whose own variable is not set listens on this port`
      const isInFile = envFile.applied['PORT'] !== undefined
      const unset = 'Unset it, and set the variable of the service instead.'
      return [{ message, fix: isInFile ? `Remove it from ${envFile.file}.` : unset }]
    },
  },
  {
    name: 'unread-variables',
    title: 'every port variable is read',
    find({ env, envFile, services }) {
      const read = [...readVariables(services), ...knownVariables]
      const inFile = Object.keys(envFile.applied).filter((name) => /^DRIFTOS_|_(PORT|HOST)$/.test(name))
      const isTypo = (name: string) => name.startsWith('DRIFTOS_PORT') || closest(name, read) !== undefined
      return [...new Set([...inFile, ...Object.keys(env).filter(isTypo)])]
        .filter((name) => !read.includes(name))
        .map((name) => {
          const meant = closest(name, read)
          const place = envFile.applied[name] === undefined ? '' : ` in ${envFile.file}`
          return {
            message: `${name}${place} is not the variable of a registered service`,
            fix: meant ? `Rename it to ${meant}.` : 'Remove it, or keep it if another program reads it.',
          }
        })
    },
  },
  {
    name: 'foreign-variables',
    title: 'the variables belong to this checkout',
    find({ otherRoot, envFile }) {
      if (otherRoot === undefined) return []
      const message = `DRIFTOS_CHECKOUT is ${otherRoot}: the variables belong to that checkout`
      const isInFile = envFile.applied['DRIFTOS_CHECKOUT'] !== undefined
      return [{ message, fix: isInFile ? `Remove them from ${envFile.file}.` : 'Open a new terminal here.' }]
    },
  },
  {
    name: 'ports',
    title: 'no other program uses a port of this checkout',
    needsPorts: true,
    find: ({ used, services }) =>
      used.flatMap(({ service, port, state, reason, holder = 'a process of another user' }) => {
        if (state === 'down') {
          const message = `${service} on port ${port} is not healthy (${reason}), used by ${holder}`
          return { message, fix: 'Read its log.' }
        }
        if (state !== 'stranger') return []
        const message = `Port ${port} of ${service} is used by ${holder}: ${reason}`
        return { message, fix: `Stop that program, or set ${services[service]!.variable} to a free port.` }
      }),
  },
  {
    name: 'elsewhere',
    title: 'no other checkout uses a port of this one',
    needsPorts: true,
    find: (machine) =>
      machine.used
        .filter(({ state }) => state === 'elsewhere')
        .map(({ service, port, reason, holder }) => ({
          message: `${service} on port ${port} belongs to another checkout: ${reason}${holder ? `, ${holder}` : ''}`,
          fix: `Stop it there, or ${otherPorts(machine)}`,
        })),
  },
  {
    name: 'offset',
    title: 'the offset meets no registered port',
    find({ env, services }) {
      const offset = Number(env['DRIFTOS_PORT_OFFSET']?.trim() || 0)
      return meetingsOf(offset, services).map((message) => {
        const [first, ...rest] = message.split('. ')
        return { message: first!, fix: rest.join('. ') }
      })
    },
  },
  {
    name: 'slots',
    title: 'every slot has a checkout',
    find: ({ slots, slotWarnings }) => [
      ...slotWarnings.map((message) => ({ message, fix: 'See "The ledger" in docs/CHECKOUTS.md.' })),
      ...slots
        .filter(({ isDeleted, isFree }) => isDeleted || isFree)
        .map(({ root, offset, isDeleted }) => ({
          message: `Slot ${offset} of ${root} is stale: ${isDeleted ? 'the directory is deleted' : 'it was not used for 14 days'}`,
          fix: `driftos-ports slot free ${root}`,
        })),
    ],
  },
  {
    name: 'ephemeral-ports',
    title: 'the system hands out no port of a service to clients',
    needsPorts: true,
    find: ({ ports, ephemeral, platform }) =>
      inRanges(ports, ephemeral).map(({ range, listed, numbers }) => ({
        message: `The system hands out ports ${range.first}-${range.last} to clients, so another program may use ${listed} at any time`,
        fix:
          platform === 'linux'
            ? `Use a smaller offset or port, or add ${numbers} to net.ipv4.ip_local_reserved_ports (sysctl).`
            : 'Use a smaller offset or port.',
      })),
  },
  {
    name: 'excluded-ports',
    title: 'Windows excludes no port of a service',
    needsPorts: true,
    find: ({ ports, excluded }) =>
      inRanges(ports, excluded).map(({ range, listed }) => ({
        message: `Windows excludes ports ${range.first}-${range.last}, so no process can listen on ${listed} (EACCES)`,
        fix: 'Restart the service winnat as an administrator (net stop winnat, then net start winnat), or set another offset.',
      })),
  },
  {
    name: 'airplay',
    title: 'no service has a port of AirPlay',
    needsPorts: true,
    find: ({ platform, ports }) =>
      [...ports]
        .filter(([, port]) => platform === 'darwin' && airPlayPorts.has(port))
        .map(([service, port]) => ({
          message: `Port ${port} of ${service} is one of AirPlay Receiver`,
          fix: 'Switch AirPlay Receiver off in System Settings, General, AirDrop & Handoff, or move the service.',
        })),
  },
  {
    name: 'localhost',
    title: 'localhost reaches every service',
    needsPorts: true,
    find({ localhost, used }) {
      const [first] = localhost
      if (!first) return [{ message: 'localhost has no address', fix: 'Add "127.0.0.1 localhost" to the hosts file.' }]
      const remote = localhost.filter(({ address }) => !/^(127\.|::1$)/.test(address))
      return [
        ...remote.map(({ address }) => ({
          message: `localhost is ${address}, which is not this machine's loopback`,
          fix: 'Correct localhost in the hosts file.',
        })),
        ...used
          .filter(({ state, families }) => state === 'up' && families.length === 1 && families[0] !== first.family)
          .map(({ service, port, families: [family] }) => ({
            message: `${service} listens only on IPv${family} on port ${port}, while localhost is ${first.address} first: a client that tries one address fails`,
            fix: `Set HOST=localhost for ${service}, or use ${family === 4 ? '127.0.0.1' : '[::1]'} in the client.`,
          })),
      ]
    },
  },
]

function readVariables(services: Machine['services']): string[] {
  return Object.values(services).flatMap(({ variable }) =>
    ['PORT', 'HOST', 'URL'].map((suffix) => variable.replace(/PORT$/, suffix)),
  )
}

/** The variable that a name with a typo means: one or two characters differ. */
function closest(name: string, variables: readonly string[]): string | undefined {
  if (variables.includes(name)) return undefined
  return variables.find((variable) => {
    const limit = variable.length > 8 ? 2 : 1
    return Math.abs(variable.length - name.length) <= limit && distance(name, variable) <= limit
  })
}

/** Returns each range that contains ports of services, with a text that lists them. */
function inRanges(ports: Machine['ports'], ranges: readonly PortRange[]) {
  return ranges.flatMap((range) => {
    const inside = [...ports].filter(([, port]) => port >= range.first && port <= range.last)
    if (inside.length === 0) return []
    const listed = inside.map(([service, port]) => `${port} (${service})`).join(', ')
    return { range, listed, numbers: inside.map(([, port]) => port).join(',') }
  })
}

function otherPorts({ env, checkout, slots, freeOffset }: Machine): string {
  const offset = freeOffset ?? 'N'
  if (env['DRIFTOS_PORT_OFFSET']?.trim()) return `set another DRIFTOS_PORT_OFFSET, such as ${offset}.`
  return slots.some(({ instance }) => instance === checkout?.instance)
    ? `use other ports here: \`driftos-ports slot take ${offset}\`.`
    : 'run `driftos-ports slot` to get separate ports for this checkout.'
}
