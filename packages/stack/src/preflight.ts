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

/** What prevents the start. */
export interface Obstacles {
  /** All of it, a message each. */
  readonly messages: readonly string[]
  /** A way around them all, where there is one. */
  readonly hint?: string
  /** 2 for an invalid variable, 1 for a taken port. */
  readonly exitCode: number
}

/** Looks at every variable and every port, before anything starts. */
export async function findObstacles(members: readonly Member[], env: Env): Promise<Obstacles> {
  const invalid = findInvalidVariables(env)
  const taken = await findTakenPorts(members, env)
  const obstacles = { messages: [...invalid, ...taken], exitCode: invalid.length > 0 ? 2 : 1 }
  // A whole stack in the way is most likely another DriftOS.
  const hint = 'DRIFTOS_PORT_OFFSET=100 starts a second DriftOS beside the first.'
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
    // Several questions meet the same variable; its first answer is the fullest.
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
