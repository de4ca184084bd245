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

/** What prevents the start, all of it, and the exit code that it asks for: 2 for a variable, 1 for a taken port. */
export async function findObstacles(
  members: readonly Member[],
  env: Env,
): Promise<{ messages: string[]; exitCode: number }> {
  const invalid = findInvalidVariables(env)
  const taken = await findTakenPorts(members, env)
  return { messages: [...invalid, ...taken], exitCode: invalid.length > 0 ? 2 : 1 }
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
  const taken = messages.flat()
  // A whole stack in the way is most likely another DriftOS.
  return taken.length > 1 ? [...taken, 'Or start a second DriftOS beside it: DRIFTOS_PORT_OFFSET=100'] : taken
}
