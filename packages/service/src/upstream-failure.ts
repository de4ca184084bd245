import { services, type ServiceName } from '@driftos/ports'
import type { FastifyReply } from 'fastify'
import { errors } from 'undici'
import { isCircuitOpen, restMs } from './breaker.js'

/** Why an upstream gave no answer, or only a part of one. */
export type Fault = 'unreachable' | 'timeout' | 'ended' | 'babble' | 'open' | 'loop'

/** Returns the fault of an upstream that caused an error; undefined when the client caused it. */
export function faultOf(error: Error & { code?: string; statusCode?: number }): Fault | undefined {
  const { code = '' } = error
  if (isCircuitOpen(error)) return 'open'
  if (error.statusCode !== undefined || code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_ABORTED') return undefined
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_CONNECT_TIMEOUT') return 'timeout'
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') return 'ended'
  // The pattern includes Node's own errors: it refuses to send such an answer.
  if (error instanceof errors.HTTPParserError || /^(UND_ERR_HEADERS_OVERFLOW|ERR_(HTTP|INVALID)_)/.test(code))
    return 'babble'
  return 'unreachable'
}

/** Sends the failure of an upstream: JSON with the service and its variable, never its address. */
export function sendFailure(reply: FastifyReply, service: ServiceName, fault: Fault, timeoutMs: number): void {
  const { variable } = services[service]
  const [status, code, message] = {
    unreachable: [502, 'UPSTREAM_DOWN', `${service} is not reachable: start it, or set ${variable} to its port`],
    ended: [502, 'UPSTREAM_DOWN', `${service} closed the connection without an answer; see its log for the reason`],
    babble: [502, 'UPSTREAM_DOWN', `${service} did not answer in valid HTTP: set ${variable} to its port`],
    timeout: [504, 'UPSTREAM_TIMEOUT', `${service} did not answer within ${timeoutMs} ms`],
    open: [503, 'UPSTREAM_UNAVAILABLE', `${service} is unavailable (circuit open); retrying in ${restMs / 1000} s`],
    loop: [508, 'LOOP_DETECTED', `The request came back instead of reaching ${service}: set ${variable} to its port`],
  }[fault] as [number, string, string]
  if (fault === 'open') reply.header('retry-after', restMs / 1000)
  void reply.code(status).send({ success: false, error: { code, message, service, variable } })
}
