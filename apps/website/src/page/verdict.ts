import { isOptional, serviceNames } from '../definitions.js'
import type { ServiceState } from '../live/state.js'
import type { Live } from './use-live.js'

/** How DriftOS is doing, in one line. */
export interface Verdict {
  readonly tone: 'good' | 'bad' | 'warning' | 'unknown'
  readonly text: string
  /** Why, and since when. */
  readonly detail?: string
}

const withoutStates: Readonly<Record<Exclude<Live['connection'], 'live'>, Verdict>> = {
  static: { tone: 'unknown', text: 'The registered ports', detail: 'This copy has no server, so it shows no states.' },
  // Without JavaScript, a page keeps this text and hides the detail.
  asking: { tone: 'unknown', text: 'The ports of DriftOS', detail: 'Checking every service…' },
  lost: {
    tone: 'unknown',
    text: 'The connection to the server is lost',
    detail: 'States are unknown until it is restored.',
  },
}

const phrases: Readonly<Record<ServiceState['state'], string>> = {
  up: 'up',
  down: 'down',
  elsewhere: 'running from another checkout',
  stranger: 'blocked by another process',
  unknown: 'not checked',
}

/** Returns how DriftOS is doing, by the services that it does not work without. */
export function findVerdict(live: Live): Verdict {
  if (live.connection !== 'live') return withoutStates[live.connection]
  const expected = serviceNames.filter((service) => !isOptional(service)).map((service) => live.states[service])
  const faulty = expected.filter(({ state }) => state !== 'up' && state !== 'unknown')
  const [first] = faulty
  if (first === undefined) {
    const latest = expected
      .map(({ since }) => since)
      .toSorted()
      .at(-1)
    const since = latest ? `, since ${formatTime(latest)}` : ''
    return { tone: 'good', text: 'All services are up', detail: `${expected.length} of ${expected.length}${since}` }
  }
  const state = faulty.every((each) => each.state === first.state) ? phrases[first.state] : 'not up'
  const tone = faulty.every((each) => each.state === 'elsewhere') ? 'warning' : 'bad'
  if (faulty.length === 1) {
    const reason = first.run?.lastExit?.reason ?? first.reason
    const detail = `Since ${formatTime(first.since)}${reason ? `: ${reason}` : ''}`
    return { tone, text: `${first.service} is ${state}`, detail }
  }
  const names = new Intl.ListFormat('en').format(faulty.map(({ service }) => service))
  if (expected.every(isAbsent)) {
    const detail = 'Only this website runs. Start the others with pnpm dev or pnpm start.'
    return { tone: 'bad', text: 'DriftOS is not running', detail }
  }
  return { tone, text: `${faulty.length} services are ${state}`, detail: names }
}

function isAbsent({ service, state }: ServiceState): boolean {
  return state === 'down' || service === thisSite
}

const thisSite: string = 'website'

/** Returns a time of today as hours and minutes, and one of another day with its date. */
export function formatTime(time: string): string {
  const date = new Date(time)
  const isToday = date.toDateString() === new Date().toDateString()
  return date.toLocaleString([], {
    hour: '2-digit',
    minute: '2-digit',
    ...(!isToday && { day: 'numeric', month: 'short' }),
  })
}

/** Returns how long ago a time is in its largest unit: `3 min`. */
export function formatAge(time: string): string {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(time)) / 1000))
  const [size, unit] = units.find(([least]) => seconds >= least) ?? [1, 's']
  return `${Math.floor(seconds / size)} ${unit}`
}

const units: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
]
