import { services, type ServiceName } from '@driftos/ports'
import type { FastifyReply } from 'fastify'
import { errors } from 'undici'
import { isCircuitOpen, restMs } from './breaker.js'

/** Why an upstream gave no answer, or not all of it. */
export type Fault = 'unreachable' | 'timeout' | 'ended' | 'babble' | 'open'

/** What an upstream did wrong, by the error that came of it; undefined when it did nothing wrong. */
export function faultOf(error: Error & { code?: string; statusCode?: number }): Fault | undefined {
  const { code = '' } = error
  if (isCircuitOpen(error)) return 'open'
  if (error.statusCode !== undefined || code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_ABORTED') return undefined
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_CONNECT_TIMEOUT') return 'timeout'
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') return 'ended'
  // The second kind is Node's: it refuses to pass such an answer on.
  if (error instanceof errors.HTTPParserError || /^(UND_ERR_HEADERS_OVERFLOW|ERR_(HTTP|INVALID)_)/.test(code))
    return 'babble'
  return 'unreachable'
}

/** Answers in place of an upstream: in JSON that names the service and the variable that moves it, never its address. */
export function sendFailure(reply: FastifyReply, service: ServiceName, fault: Fault, timeoutMs: number): void {
  const { variable } = services[service]
  const [status, code, message] = {
    unreachable: [
      502,
      'UPSTREAM_DOWN',
      `${service} cannot be reached: start it, or set ${variable} to the port where it is`,
    ],
    ended: [502, 'UPSTREAM_DOWN', `${service} ended the connection without an answer; its log may say why`],
    babble: [502, 'UPSTREAM_DOWN', `${service} answered in no valid HTTP: set ${variable} to the port where it is`],
    timeout: [504, 'UPSTREAM_TIMEOUT', `${service} did not answer within ${timeoutMs} ms`],
    open: [503, 'UPSTREAM_UNAVAILABLE', `${service} gave no answer too often and is left alone for a second`],
  }[fault] as [number, string, string]
  if (fault === 'open') reply.header('retry-after', restMs / 1000)
  void reply.code(status).send({ success: false, error: { code, message, service, variable } })
}
