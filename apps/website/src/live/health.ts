import { getOrigin, type Env, type ServiceName } from '@driftos/ports'
import { definitionOf } from '../definitions.js'

/** The version and start that a service reports. */
export interface HealthReport {
  readonly version?: string
  readonly startedAt?: string
}

const timeoutMs = 2000
/** A health answer is a few hundred bytes. */
const maxBytes = 65_536

/** Reads the version and the start of a service from its health answer; empty where it reports neither. */
export async function readHealth(service: ServiceName, env: Env): Promise<HealthReport> {
  const { healthPath, healthText, scheme } = definitionOf(service)
  if (healthPath === undefined || healthText !== undefined || !/^https?$/.test(scheme)) return {}
  try {
    const response = await fetch(`${getOrigin(service, env)}${healthPath}`, { signal: AbortSignal.timeout(timeoutMs) })
    const { version, uptime } = JSON.parse(await readText(response)) as { version?: unknown; uptime?: unknown }
    return {
      ...(typeof version === 'string' && version.length <= 100 && { version }),
      ...(typeof uptime === 'number' &&
        uptime >= 0 && { startedAt: new Date(Date.now() - uptime * 1000).toISOString() }),
    }
  } catch {
    return {}
  }
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new Error('the health answer is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
