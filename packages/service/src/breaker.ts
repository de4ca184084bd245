import type { Env, ServiceName } from '@driftos/ports'
import { probeService } from '@driftos/ports/probe'
import CircuitBreaker from 'opossum'

/** How long the circuit stays open before a retry. */
export const restMs = 1000

/** How long the health check of a retry may take. */
const probeTimeoutMs = 1000

/** Returns whether an error means that the circuit is open and no request was sent. */
export function isCircuitOpen(error: Error): boolean {
  return CircuitBreaker.isOurError(error)
}

/**
 * Creates a circuit breaker for one upstream. It opens when half of at least ten requests within ten seconds fail. One
 * second later it lets one request through and also checks the upstream's health, because that request could be slow
 * and block all others.
 *
 * @param isFault - returns whether the upstream caused an error, not the client
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
