import { get, type IncomingMessage } from 'node:http'
import { get as getSecurely } from 'node:https'
import type { ServiceTable } from '../define.js'
import { failed, startClock, timedOut, type Answer, type Protocol } from './protocol.js'

const maxAnswerBytes = 65_536

/** Gets the health path of a service, whose answer names the service or contains its `healthText`. */
export const http: Protocol = (target) => {
  const { host, port, timeoutMs, service, services, origin, isSecure } = target
  const { healthPath = '/', healthText } = services[service]!
  const elapsedMs = startClock()
  return new Promise((resolve) => {
    const settle = (answer: Answer) => {
      clearTimeout(timer)
      request.destroy()
      resolve(answer)
    }
    const path = `${origin.pathname.replace(/\/$/, '')}${healthPath}`
    const options = { host, port, path, agent: false, headers: { host: origin.host, accept: '*/*' } }
    const onResponse = (response: IncomingMessage) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
        if (body.length > maxAnswerBytes)
          settle({ state: 'stranger', reason: 'its answer is too long for a health report' })
      })
      response.on('end', () => {
        const status = response.statusCode ?? 0
        const isRight = isAnswerOf(service, services, body)
        if (status >= 200 && status < 300 && isRight) {
          const instance = textIn(body, 'instance')
          return settle({ state: 'up', latencyMs: elapsedMs(), ...(instance !== undefined && { instance }) })
        }
        // Without a text to identify it by, only a success distinguishes the service from any server's error page.
        if (isRight && healthText !== '') return settle({ state: 'down', reason: `answers ${status}` })
        settle({ state: 'stranger', reason: `another process answers ${status} to ${healthPath}` })
      })
      response.on('error', (error) => settle(failed(error)))
    }
    const request = (isSecure ? getSecurely : get)(options, onResponse)
    let isHttp = false
    const timer = setTimeout(() => {
      const isStranger = !isHttp && (request.socket?.bytesRead ?? 0) > 0
      settle(isStranger ? strangerInHttp : timedOut(target))
    }, timeoutMs)
    request.on('response', () => (isHttp = true))
    request.on('error', (error: NodeJS.ErrnoException) => {
      settle(error.code?.startsWith('HPE_') ? strangerInHttp : failed(error))
    })
  })
}

const strangerInHttp: Answer = { state: 'stranger', reason: 'another process answers, but not in HTTP' }

/** Whether a health answer is the right service's, by its own name or by the text in the registry. */
function isAnswerOf(service: string, services: ServiceTable, body: string): boolean {
  const { healthText } = services[service]!
  const named = serviceNamedIn(body, services)
  return named === undefined ? healthText !== undefined && body.includes(healthText) : named === service
}

/** Returns the registered service that a health answer names, if it is JSON and names one. */
function serviceNamedIn(body: string, services: ServiceTable): string | undefined {
  const name = textIn(body, 'service')
  return name !== undefined && Object.hasOwn(services, name) ? name : undefined
}

/** Returns a field of a health answer, if it is JSON and the field a text. */
function textIn(body: string, field: 'service' | 'instance'): string | undefined {
  try {
    const value = (JSON.parse(body) as Readonly<Record<string, unknown>> | null)?.[field]
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
