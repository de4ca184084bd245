import {
  getDatabaseUrl,
  getOrigin,
  getPort,
  PortConfigError,
  resolvePorts,
  services,
  type Env,
  type ServiceName,
} from '@driftos/ports'
import { explainListenError, isPortOpen } from '@driftos/ports/probe'
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
  return [...new Set(checks.flatMap(messagesOf))]
}

function messagesOf(check: () => unknown): string[] {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof PortConfigError) return error.issues.map(({ message }) => message)
    throw error
  }
}

async function findTakenPorts(members: readonly Member[], env: Env): Promise<string[]> {
  const messages = await Promise.all(
    members.map(async ({ service }) => {
      const isValid = messagesOf(() => getPort(service, env)).length === 0
      if (!isValid || !(await isPortOpen(getPort(service, env)))) return []
      return [await explainListenError(service, { code: 'EADDRINUSE' }, env)]
    }),
  )
  return messages.flat()
}
