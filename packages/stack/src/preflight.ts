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
import { explainListenError, isPortOpen } from '@driftos/ports/probe'
import { findInvalidSettings } from '@driftos/service/settings'
import type { Member } from './members.js'

/** The problems that prevent the start. */
export interface Obstacles {
  /** A message for each problem. */
  readonly messages: readonly string[]
  /** How to start all the same, if that is possible. */
  readonly hint?: string
  /** 2 for an invalid variable, 1 for a port in use. */
  readonly exitCode: number
}

/** Checks every variable and every port before anything starts. */
export async function findObstacles(members: readonly Member[], env: Env): Promise<Obstacles> {
  const invalid = findInvalidVariables(env)
  const taken = await findTakenPorts(members, env)
  const obstacles = { messages: [...invalid, ...taken], exitCode: invalid.length > 0 ? 2 : 1 }
  // Several ports in use are most likely another DriftOS.
  const hint = 'Set DRIFTOS_PORT_OFFSET=100 to start a second DriftOS next to the first.'
  return taken.length > 1 ? { ...obstacles, hint } : obstacles
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
      const isValid = issuesOf(() => getPort(service, env)).length === 0
      if (!isValid || !(await isPortOpen(getPort(service, env)))) return []
      return [await explainListenError(service, { code: 'EADDRINUSE' }, env)]
    }),
  )
  return messages.flat()
}
