import { existsSync } from 'node:fs'
import { badPorts } from '../bad-ports.js'
import { offsetVariable, processEnv, type Env } from '../env.js'
import { movedPorts, type SlotService } from './allocate.js'
import { checkoutVariable, instanceOf, realPath, type Checkout } from './checkout.js'
import { peekLeases, readLeases } from './leases.js'
import { SlotError } from './slot-error.js'
import { takeSlot, type Slot, type SlotOptions } from './slots.js'
import { findStateDirectory } from './state-directory.js'

/** Where a checkout's ports come from. */
export interface CheckoutPorts {
  /** `variable`: `DRIFTOS_PORT_OFFSET`; `ci`: the defaults, since `CI` is set; `block`: a tool's range; `slot`: the ledger. */
  readonly source: 'variable' | 'ci' | 'block' | 'slot'
  /** By how much every default moves; NaN for an invalid variable, which `resolvePorts` reports. */
  readonly offset: number
  /** The environment with the variables that give every service its port in this checkout. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The slot, when it is the source. */
  readonly slot?: Slot
  /** Messages for the user, one or two sentences each. */
  readonly warnings: readonly string[]
}

/** The services of a registry, with the variables that move them. */
export type CheckoutServices = Readonly<Record<string, SlotService & { readonly variable: string }>>

/** How to resolve a checkout's ports. */
export interface CheckoutPortsOptions extends SlotOptions {
  /** The file that some of the variables come from, for messages. */
  readonly envFile?: { readonly file?: string; readonly applied: Env }
}

/** Tools that give each of their workspaces a range of ports: its first port, its size, and the workspace's directory. */
const blockTools = [
  // https://www.conductor.build/docs/reference/environment-variables
  { name: 'Conductor', variable: 'CONDUCTOR_PORT', size: 10, directory: 'CONDUCTOR_WORKSPACE_PATH' },
] as const

/**
 * Returns where every service of a checkout listens: by `DRIFTOS_PORT_OFFSET` if it is set, at the defaults if `CI` is, in the
 * range of ports that a tool such as Conductor gives to this checkout, or by the checkout's slot, which is taken if it has
 * none.
 *
 * @param services - the services of the registry
 * @throws {SlotError} `FOREIGN_ENVIRONMENT` when the variables belong to another checkout, and what `takeSlot` throws
 */
export async function resolveCheckoutPorts(
  checkout: Checkout,
  services: CheckoutServices,
  options: CheckoutPortsOptions = {},
): Promise<CheckoutPorts> {
  const env = options.env ?? processEnv()
  refuseForeign(checkout, services, env, options.envFile)
  const own = { [checkoutVariable]: checkout.root }

  const text = env[offsetVariable]?.trim()
  if (text) {
    const offset = /^-?\d+$/.test(text) ? Number(text) : NaN
    const warnings = [
      ...meetingsOf(offset, services),
      ...(isCi(env) ? [] : leasesMet(offset, checkout, services, options)),
    ]
    return { source: 'variable', offset, env: { ...env, ...own }, warnings }
  }
  if (isCi(env)) return { source: 'ci', offset: 0, env: { ...env, ...own }, warnings: [] }

  const block = findBlock(checkout, services, env)
  if (block.variables) {
    return { source: 'block', offset: 0, env: { ...env, ...own, ...block.variables }, warnings: block.warnings }
  }
  const slot = await takeSlot(checkout, services, options)
  return {
    source: 'slot',
    offset: slot.offset,
    env: { ...env, ...own, [offsetVariable]: String(slot.offset) },
    slot,
    warnings: [...block.warnings, ...slot.warnings, ...pinnedWarnings(slot)],
  }
}

/**
 * Returns where every service of a checkout listens, as `resolveCheckoutPorts` does, but at once and without taking a slot.
 *
 * @throws {SlotError} `FOREIGN_ENVIRONMENT`; `NO_SLOT` when another checkout of the project has slot 0 and this one has none
 */
export function peekCheckoutPorts(
  checkout: Checkout,
  services: CheckoutServices,
  { env = processEnv(), envFile }: Pick<CheckoutPortsOptions, 'env' | 'envFile'> = {},
): Pick<CheckoutPorts, 'source' | 'offset' | 'env'> {
  refuseForeign(checkout, services, env, envFile)
  const own = { ...env, [checkoutVariable]: checkout.root }
  const text = env[offsetVariable]?.trim()
  if (text) return { source: 'variable', offset: /^-?\d+$/.test(text) ? Number(text) : NaN, env: own }
  if (isCi(env)) return { source: 'ci', offset: 0, env: own }
  const { variables } = findBlock(checkout, services, env)
  if (variables) return { source: 'block', offset: 0, env: { ...own, ...variables } }
  const { path } = findStateDirectory(env)
  const leases = path === undefined ? [] : readLeases(path)
  const lease = leases.find(({ instance }) => instance === checkout.instance)
  const first = leases.find(({ offset, project }) => offset === 0 && project === checkout.project)
  if (!lease && first && existsSync(first.root)) {
    throw new SlotError(
      'NO_SLOT',
      `This checkout, ${checkout.root}, has no slot yet, and ${first.root} has the registered ones. Run \`driftos-ports slot\` here first.`,
    )
  }
  const offset = lease?.offset ?? 0
  return { source: 'slot', offset, env: { ...own, [offsetVariable]: String(offset) } }
}

/**
 * Returns one line about a slot that is not 0: why the checkout has it, which checkout has slot 0, and how to take it.
 *
 * @returns undefined for offset 0, and for ports that do not come from a slot
 */
export function describeSlot({ source, offset, slot }: CheckoutPorts): string | undefined {
  if (source !== 'slot' || offset === 0 || !slot) return undefined
  const [obstacle] = slot.obstacles
  const reason = slot.first
    ? `${slot.first.root} has slot 0`
    : obstacle && `port ${obstacle.port} (${obstacle.service}) ${obstacle.reason}`
  return [
    `Slot ${offset}: every port of this checkout is the registered one + ${offset}${reason ? `, since ${reason}` : ''}.`,
    `To use slot 0 here: ${slot.first ? 'stop it there' : 'free its ports'}, then \`driftos-ports slot take 0\`.`,
  ].join(' ')
}

/** Returns the services that an offset moves to a port that another service of the registry has by default, a sentence each. */
export function meetingsOf(offset: number, services: CheckoutServices): string[] {
  if (offset === 0) return []
  return Object.entries(services).flatMap(([service, { port, pinned }]) => {
    const [other] = Object.entries(services).find(([, { port: registered }]) => registered === port + offset) ?? []
    return pinned || other === undefined
      ? []
      : `${offsetVariable}=${offset} moves ${service} to ${port + offset}, the registered port of ${other}. Use another offset, such as a multiple of 100.`
  })
}

function isCi({ CI: text }: Env): boolean {
  return !['', '0', 'false'].includes(text?.trim().toLowerCase() ?? '')
}

/** Refuses variables that a tool of this package wrote in another checkout. */
function refuseForeign(
  checkout: Checkout,
  services: CheckoutServices,
  env: Env,
  envFile: CheckoutPortsOptions['envFile'],
): void {
  const origin = env[checkoutVariable]?.trim()
  if (!origin || instanceOf(realPath(origin) ?? origin) === checkout.instance) return
  const variables = Object.values(services).flatMap(({ variable }) => [variable, variable.replace(/_PORT$/, '_URL')])
  const found = [offsetVariable, 'COMPOSE_PROJECT_NAME', ...variables].filter((name) => env[name]?.trim())
  // Without any of them, nothing of the other checkout is in use.
  if (found.length === 0) return
  const file = envFile?.applied[checkoutVariable] === undefined ? undefined : envFile.file
  const shown = found.length > 4 ? `${found.slice(0, 3).join(', ')} and ${found.length - 3} more` : found.join(', ')
  const fix = file
    ? `Remove them and ${checkoutVariable} from ${file}`
    : `Open a new terminal here, or unset ${[checkoutVariable, ...found].join(' ')}`
  throw new SlotError(
    'FOREIGN_ENVIRONMENT',
    `These variables belong to the checkout ${origin}, and this is ${checkout.root}: ${shown}${file ? `, from ${file}` : ''}. ${fix}.`,
  )
}

/** The ports that a tool gives to this checkout, by the services' variables. */
function findBlock(
  checkout: Checkout,
  services: CheckoutServices,
  env: Env,
): { readonly variables?: Readonly<Record<string, string>>; readonly warnings: readonly string[] } {
  for (const { name, variable, size, directory } of blockTools) {
    const text = env[variable]?.trim()
    if (!text) continue
    const first = /^\d+$/.test(text) ? Number(text) : NaN
    if (!(first > 0 && first + size <= 65_536)) {
      return {
        warnings: [`${variable}=${JSON.stringify(text.slice(0, 60))} is ignored: expected the first of ${size} ports.`],
      }
    }
    const workspace = env[directory]?.trim()
    if (workspace && realPath(workspace) !== checkout.root) {
      return { warnings: [`${variable}=${first} is ignored: it belongs to the ${name} workspace ${workspace}.`] }
    }
    return placeInBlock(name, variable, first, size, services, env)
  }
  return { warnings: [] }
}

function placeInBlock(
  tool: string,
  variable: string,
  first: number,
  size: number,
  services: CheckoutServices,
  env: Env,
): ReturnType<typeof findBlock> {
  const moved = Object.values(services)
    .filter((service) => !service.pinned && !env[service.variable]?.trim())
    .toSorted((one, other) => one.port - other.port)
  const free = Array.from({ length: size }, (_, index) => first + index).filter((port) => !badPorts.has(port))
  if (moved.length > free.length) {
    return {
      warnings: [
        `The range of ${tool} (${variable}=${first}, ${free.length} usable ports) is too small for ${moved.length} services, so this checkout uses a slot.`,
      ],
    }
  }
  const entries = moved.map((service, index) => [service.variable, String(free[index])] as const)
  return { variables: Object.fromEntries(entries), warnings: [] }
}

/** Returns a sentence for each lease of another checkout that overlaps with an offset from a variable. */
function leasesMet(offset: number, checkout: Checkout, services: CheckoutServices, options: SlotOptions): string[] {
  if (Number.isNaN(offset)) return []
  const ports = new Set(movedPorts(offset, services))
  return peekLeases(options.env)
    .filter((lease) => lease.instance !== checkout.instance && lease.ports.some((port) => ports.has(port)))
    .map((lease) => `${offsetVariable}=${offset} meets slot ${lease.offset} of ${lease.root}: both cannot run at once.`)
}

function pinnedWarnings({ pinnedMeetings }: Slot): string[] {
  return pinnedMeetings.map(
    ({ service, port, lease }) =>
      `${service} is pinned to port ${port}, which ${lease.root} uses too: ${service} can run in one of the two at a time.`,
  )
}
