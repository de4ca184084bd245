import { services, type ServiceName } from '@driftos/ports'
import { expect, it, onTestFinished, vi } from 'vitest'
import { printer } from './output.js'

const [service] = Object.keys(services) as [ServiceName]
const line = JSON.stringify({ level: 30, time: 0, service, reqId: 'abc', traceId: 'def', msg: 'request answered' })

function printed(format: string | undefined, ...lines: string[]): string[] {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  onTestFinished(() => log.mockRestore())
  const print = printer([service], format)(service)
  for (const one of lines) print(one)
  return log.mock.calls.map(([text]) => String(text))
}

it.each([undefined, 'pretty'])('prints formatted lines with the ids of the request, LOG_FORMAT=%s', (format) => {
  const [text] = printed(format, line)
  expect(text).toContain(`${service} |`)
  for (const part of ['INFO', 'request answered', 'abc', 'def']) expect(text).toContain(part)
})

it('prints JSON lines as they are with LOG_FORMAT=json, and labels the others', () => {
  expect(printed('json', line, 'a plain line')).toEqual([line, expect.stringContaining(`${service} |`)])
})
