import { isListOf, isRecord } from './shapes.js'

/** The services that a message needs. */
const parts = ['demo', 'gateway', 'core', 'embed', 'database'] as const

export type Part = (typeof parts)[number]

/** The state of the services. */
export interface Health {
  /** Undefined before the first answer. */
  readonly away?: readonly Part[]
  /** The model's name; null if none is set, undefined if unknown. */
  readonly model?: string | null
}

/** A watch on the services. */
export interface HealthWatch {
  readonly getHealth: () => Health
  readonly subscribe: (onChange: () => void) => () => void
  /** Checks now, and repeatedly while a service is down. */
  readonly check: () => void
  /** Reports that core has no model. */
  readonly noteNoModel: () => void
  /** Starts checking; the returned function stops it. */
  readonly start: (onRecovery: () => void) => () => void
}

/** How often to check, in milliseconds: rarely while all services are up, otherwise soon and then with back-off. */
const intervals = { well: 15_000, first: 500, most: 8000, factor: 1.6 }

/** Checks the services' health through the demo's server, with back-off, and pauses while the page is hidden. */
export function watchHealth(): HealthWatch {
  let health: Health = {}
  let timer: ReturnType<typeof setTimeout> | undefined
  let delayMs = intervals.first
  let onRecovery: (() => void) | undefined
  let isLooking = false
  const subscribers = new Set<() => void>()

  function change(next: Health): void {
    const hasRecovered = isHindered(health) && !isHindered(next)
    health = next
    for (const tell of subscribers) tell()
    if (hasRecovered) onRecovery?.()
  }

  async function look(): Promise<void> {
    clearTimeout(timer)
    if (isLooking) return
    isLooking = true
    change({ ...health, ...(await readHealth()) })
    isLooking = false
    const isWell = health.away?.length === 0
    delayMs = isWell ? intervals.first : Math.min(delayMs * intervals.factor, intervals.most)
    timer = setTimeout(() => !document.hidden && void look(), isWell ? intervals.well : delayMs)
  }

  return {
    getHealth: () => health,
    subscribe(onChange) {
      subscribers.add(onChange)
      return () => subscribers.delete(onChange)
    },
    check() {
      delayMs = intervals.first
      void look()
    },
    noteNoModel: () => change({ ...health, model: null }),
    start(recovered) {
      onRecovery = recovered
      const onVisible = () => !document.hidden && void look()
      document.addEventListener('visibilitychange', onVisible)
      addEventListener('online', onVisible)
      void look()
      return () => {
        clearTimeout(timer)
        document.removeEventListener('visibilitychange', onVisible)
        removeEventListener('online', onVisible)
      }
    },
  }
}

/** Returns whether messages cannot be routed. Without embed they can: they stay in their branch. */
export function isHindered({ away = [] }: Health): boolean {
  return away.some((part) => part !== 'embed')
}

async function readHealth(): Promise<Health> {
  const [services, ready] = await Promise.all([ask('/api/health/services'), ask('/api/v1/ready')])
  return healthOf(services, ready)
}

/** Combines two answers: the gateway's about its services, and core's about its database and model. */
export function healthOf(services: unknown, ready: unknown): Health {
  if (services === undefined) return { away: ['demo'] }
  const states = isRecord(services) ? services['services'] : undefined
  if (!isListOf(states, isRecord)) return { away: ['gateway'], ...modelOf(ready) }
  const away = new Set(states.filter(({ state }) => state !== 'up').map(({ service }) => service))
  const isDatabaseAway = codeOf(ready)?.startsWith('DATABASE_') ?? false
  return {
    away: parts.filter((part) => away.has(part) || (part === 'database' && isDatabaseAway)),
    ...modelOf(ready),
  }
}

function modelOf(ready: unknown): Pick<Health, 'model'> {
  const model = isRecord(ready) ? ready['model'] : undefined
  return typeof model === 'string' || model === null ? { model } : {}
}

function codeOf(answer: unknown): string | undefined {
  const error = isRecord(answer) ? answer['error'] : undefined
  return isRecord(error) && typeof error['code'] === 'string' ? error['code'] : undefined
}

/** Returns the answer's JSON for any status; undefined without an answer, null if it is not JSON. */
async function ask(path: string): Promise<unknown> {
  try {
    const response = await fetch(path)
    return (await response.json().catch(() => null)) as unknown
  } catch {
    return undefined
  }
}
