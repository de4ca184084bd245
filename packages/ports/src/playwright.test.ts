import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { defineRegistry } from './define.js'
import { getOrigin, services, type ServiceDefinition, type ServiceName } from './index.js'
import { baseUrl, checkServices, webServer } from './playwright.js'

/** Returns a new checkout, and the environment of a user without slots. */
function makeCheckout(more: Record<string, string> = {}) {
  const cwd = mkdtempSync(join(tmpdir(), 'driftos-playwright-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  mkdirSync(join(cwd, '.git'))
  writeFileSync(join(cwd, '.git/HEAD'), 'ref: refs/heads/main')
  return { cwd, env: { XDG_STATE_HOME: cwd, LOCALAPPDATA: cwd, ...more } }
}

describe('webServer', () => {
  it.each(Object.keys(services) as ServiceName[])('waits for %s where an offset moves it', (service) => {
    const variables = { DRIFTOS_PORT_OFFSET: '100' }
    const { scheme, healthPath = '/', port }: ServiceDefinition = services[service]
    const setting = webServer(service, makeCheckout(variables))
    const address = scheme.startsWith('http')
      ? { url: getOrigin(service, variables) + healthPath }
      : { port: port + 100 }
    expect(setting).toMatchObject({ ...address, env: { PORT: `${port + 100}` }, reuseExistingServer: true })
    expect(baseUrl(service, makeCheckout(variables))).toBe(getOrigin(service, variables))
  })

  it.each([
    ['true', false],
    ['1', false],
    ['false', true],
    ['', true],
  ])('uses a server that runs already unless CI=%j', (CI, isReused) => {
    const [service] = Object.keys(services) as [ServiceName]
    expect(webServer(service, makeCheckout({ CI })).reuseExistingServer).toBe(isReused)
  })

  it('reads .env, and has its command and time limit from the options', () => {
    const registry = defineRegistry({
      services: {
        shop: {
          port: 4810,
          containerName: 'shop',
          variable: 'SHOP_PORT',
          scheme: 'http',
          status: 'active',
          summary: 'Shop',
        },
      },
      ranges: {},
      history: [],
    })
    const place = makeCheckout()
    writeFileSync(join(place.cwd, '.env'), 'SHOP_PORT=4999\nSHOP_THEME=dark\n')
    expect(webServer('shop', { ...place, registry, command: 'serve', timeoutMs: 5 })).toMatchObject({
      command: 'serve',
      url: 'http://localhost:4999/',
      timeout: 5,
      env: { SHOP_PORT: '4999', SHOP_THEME: 'dark', DRIFTOS_CHECKOUT: expect.any(String) as string },
    })
  })
})

describe('checkServices', () => {
  it('names each service that is down', async () => {
    const names = Object.keys(services).slice(0, 2) as ServiceName[]
    const down = Object.fromEntries(names.map((name, index) => [services[name].variable, `${index + 1}`]))
    await expect(checkServices(...names, makeCheckout(down))).rejects.toThrow(
      new RegExp(names.map((name, index) => `^${name} does not answer on port ${index + 1}: .*`).join('\n'), 'm'),
    )
  })
})
