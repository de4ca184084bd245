import type { Env, ServiceName } from '@driftos/ports'
import { probeService } from '@driftos/ports/probe'
import CircuitBreaker from 'opossum'

/** How long an upstream that failed too often is left alone, in milliseconds. */
export const restMs = 1000

/** How long its health may take to tell that it is back, in milliseconds. */
const probeTimeoutMs = 1000

/** Whether an error says that the circuit is open, and that nobody was asked. */
export function isCircuitOpen(error: Error): boolean {
  return CircuitBreaker.isOurError(error)
}

/**
 * A circuit breaker for one upstream. It opens when of ten requests or more within ten seconds half
 * found no answer; a second later one request may try again, and so does the gateway itself, by the
 * upstream's health: the one request could be slow and keep all others waiting.
 *
 * @param isFault - whether an error is the upstream's fault, and not the client's
 */
export function createBreaker(service: ServiceName, env: Env, isFault: (error: Error) => boolean) {
  const breaker = new CircuitBreaker((attempt: () => Promise<void>) => attempt(), {
    timeout: false,
    volumeThreshold: 10,
    errorThresholdPercentage: 49,
    resetTimeout: restMs,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
    errorFilter: (error: Error) => !isFault(error),
  })
  breaker.on('halfOpen', () => {
    void probeService(service, { env, timeoutMs: probeTimeoutMs }).then(({ state }) => {
      if (state === 'up' && breaker.halfOpen) breaker.close()
    })
  })
  return breaker
}
