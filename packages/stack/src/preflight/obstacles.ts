import {
  getDatabaseUrl,
  getOrigin,
  getPort,
  PortConfigError,
  type PortConfigIssue,
  resolvePorts,
  services,
  type Env,
  type ServiceName,
} from '@driftos/ports'
import { findCheckout, findFreeOffset, SlotError } from '@driftos/ports/checkout'
import { checkoutOf, explainListenError, findHolders, isPortOpen } from '@driftos/ports/probe'
import type { StackStatus } from '@driftos/control'
import type { Member } from '../members.js'
import { findInvalidHost } from './host.js'
import { findInvalidSettings } from './settings.js'

/** The problems that prevent the start. */
export interface Obstacles {
  /** A message for each problem. */
  readonly messages: readonly string[]
  /** How to start all the same, if that is possible. */
  readonly hint?: string
  /** 2 for an invalid variable, 1 for a port in use. */
  readonly exitCode: number
}

/**
 * Checks every variable and every port before anything starts.
 *
 * @param other - the stack that already runs in this checkout with this offset
 */
export async function findObstacles(members: readonly Member[], env: Env, other?: StackStatus): Promise<Obstacles> {
  const [host, taken] = await Promise.all([
    findInvalidHost(env),
    other ? [describeOther(other)] : findTakenPorts(members, env),
  ])
  const invalid = [...findInvalidVariables(env), ...(host === undefined ? [] : [host])]
  const obstacles = { messages: [...invalid, ...taken], exitCode: invalid.length > 0 ? 2 : 1 }
  // Several ports in use are most likely another DriftOS.
  const hint = taken.length > 1 ? await findHint(members, env) : undefined
  return hint === undefined ? obstacles : { ...obstacles, hint }
}

function describeOther({ pid, startedAt, mode }: StackStatus): string {
  const since = new Date(startedAt).toLocaleTimeString('en-GB')
  return `DriftOS runs already in this checkout, since ${since} (\`pnpm ${mode}\`, pid ${pid}): stop it there or by \`pnpm stack stop\`, or set another DRIFTOS_PORT_OFFSET`
}

/** Returns how to start while several ports are in use. */
async function findHint(members: readonly Member[], env: Env): Promise<string | undefined> {
  const own = findCheckout(process.cwd())?.instance
  const ports = members.flatMap(({ service }) => (isValid(service, env) ? getPort(service, env) : []))
  const holders = await findHolders(ports, env)
  const isOwn = holders.size > 0 && [...holders.values()].every((holder) => checkoutOf(holder)?.instance === own)
  if (isOwn && own !== undefined) return 'They all belong to this checkout: it is running already.'
  try {
    return `Set DRIFTOS_PORT_OFFSET=${await findFreeOffset(services, { env })} to start on ports that are free.`
  } catch (error) {
    if (error instanceof SlotError) return undefined
    throw error
  }
}

function isValid(service: ServiceName, env: Env): boolean {
  return issuesOf(() => getPort(service, env)).length === 0
}

function findInvalidVariables(env: Env): string[] {
  const names = Object.keys(services) as ServiceName[]
  const checks = [
    () => resolvePorts(env),
    ...names.map((name) => () => getOrigin(name, env)),
    () => getDatabaseUrl(env),
  ]
  const issues: PortConfigIssue[] = []
  for (const issue of checks.flatMap(issuesOf)) {
    // Several checks report the same variable; the first message is the most complete.
    const isKnown = issue.code !== 'COLLISION' && issues.some(({ variable }) => variable === issue.variable)
    if (!isKnown) issues.push(issue)
  }
  return [...issues.map(({ message }) => message), ...findInvalidSettings(env)]
}

function issuesOf(check: () => unknown): readonly PortConfigIssue[] {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof PortConfigError) return error.issues
    throw error
  }
}

async function findTakenPorts(members: readonly Member[], env: Env): Promise<string[]> {
  const messages = await Promise.all(
    members.map(async ({ service }) => {
      if (!isValid(service, env) || !(await isPortOpen(getPort(service, env)))) return []
      return [await explainListenError(service, { code: 'EADDRINUSE' }, env)]
    }),
  )
  return messages.flat()
}
