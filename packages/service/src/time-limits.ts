import type { Settings } from './settings.js'

type Waiting = Pick<Settings, 'upstreamTimeoutMs'>

/** How long requests wait for an upstream that refuses connections after it was reachable: the time of a restart. */
export const restartMs = 10_000

/** How much longer a service waits than the next one, which may wait for a restart first. */
const waitMsOfHop = restartMs + 1000

/** How much earlier a service gives up than the one that waits for it, if it may take that long. */
const mostMarginMs = 2000

/** The shortest time for work in flight when a service stops. */
const shortestStopMs = 10_000

/** How much longer the process that stops a service waits than the service itself. */
const killMarginMs = 2000

/**
 * Returns how long a service waits for the start of an upstream's answer, in milliseconds: `UPSTREAM_TIMEOUT_MS`, and longer
 * where the upstream forwards the request itself, so that the service next to the fault reports it.
 *
 * @param hops - how many services the request passes from here on, the last one included
 */
export function waitMs({ upstreamTimeoutMs }: Waiting, hops: number): number {
  return upstreamTimeoutMs + (hops - 1) * waitMsOfHop
}

/** Returns how long a service may take to start its own answer, in milliseconds: less than the others wait for it. */
export function answerMs({ upstreamTimeoutMs }: Waiting): number {
  return upstreamTimeoutMs - Math.min(mostMarginMs, Math.ceil(upstreamTimeoutMs / 10))
}

/** Returns the shortest `UPSTREAM_TIMEOUT_MS` with which a service may take that long to answer, in milliseconds. */
export function leastUpstreamTimeoutMs(durationMs: number): number {
  const least = Math.ceil(durationMs / 0.9)
  return Math.min(durationMs + mostMarginMs, answerMs({ upstreamTimeoutMs: least }) < durationMs ? least + 1 : least)
}

/**
 * Returns how long work in flight may take to end when a service stops, in milliseconds: as long as the others wait for its
 * answers.
 */
export function stopMs({ upstreamTimeoutMs }: Waiting): number {
  return Math.max(shortestStopMs, upstreamTimeoutMs)
}

/** Returns after which time a service that should stop is killed, in milliseconds. */
export function killMs(settings: Waiting): number {
  return stopMs(settings) + killMarginMs
}
