import { exec, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  getOrigin,
  history,
  isRegisteredPort,
  PORTS,
  ranges,
  resolvePorts,
  services,
  type Env,
  type RangeDefinition,
  type ServiceDefinition,
  type ServiceName,
} from '@driftos/ports'
import { baseUrl, checkServices } from '@driftos/ports/playwright'
import { isPortOpen } from '@driftos/ports/probe'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  describeInBrowser,
  findAccessibilityFaults,
  measureWeight,
  slowDown,
  type Page,
} from '../packages/testing/src/browser/index.js'
import { findSnippets } from '../apps/website/src/page/snippets.js'
import { findFreeOffset, portAt, withoutEnvFile } from './free-offset.js'

const dist = fileURLToPath(new URL('../apps/website/dist', import.meta.url))
const names = Object.keys(services) as ServiceName[]
const definitionOf = (service: ServiceName): ServiceDefinition => services[service]
/** Two services that a test can imitate: any that name themselves in their health answer. */
const [imitated, other] = names.filter((name) => {
  const { healthPath, healthText } = definitionOf(name)
  return healthPath === '/health' && healthText === undefined && name !== 'website'
}) as [ServiceName, ServiceName]
const variable = definitionOf(imitated).variable
const retired = history.find(({ from }) => !isRegisteredPort(from))
const reserved = Object.values<RangeDefinition>(ranges).find((range) => range.reserved)?.reserved?.first
/** A misspelled name of a service. */
const misspelled = `${variable}x`

beforeAll(() => {
  if (!existsSync(join(dist, 'client/404.html')))
    throw new Error('The website is not built: run `pnpm exec turbo run build --filter=@driftos/website`')
})

/** Starts the built website, with one service moved further than the others. */
async function startWebsite(env: Record<string, string> = {}) {
  const offset = await findFreeOffset()
  const port = portAt(imitated, offset) + 1000
  const given: Record<string, string> = {
    DRIFTOS_PORT_OFFSET: offset,
    [variable]: String(port),
    LOG_LEVEL: 'error',
    ...env,
  }
  const playwright = { env: { ...withoutEnvFile, ...given }, cwd: dist, timeoutMs: 20_000 }
  const origin = baseUrl('website', playwright)
  let child: ReturnType<typeof spawn>
  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const ended = once(child, 'exit') as Promise<[number | null]>
    child.kill(signal)
    return (await ended)[0]
  }
  async function start() {
    child = spawn(process.execPath, [join(dist, 'main.js')], {
      env: { PATH: process.env['PATH'], ...given },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    await expect.poll(() => isPortOpen(Number(new URL(origin).port)), { timeout: 20_000 }).toBe(true)
    await checkServices('website', playwright)
  }
  await start()
  onTestFinished(() => void stop('SIGKILL'))
  return { origin, offset, port, env: given as Env, start, stop }
}

/** Returns the health answer of a service. */
const healthOf = (service: ServiceName) => JSON.stringify({ service })

/** Starts a server that answers every request with this body; it can be stopped and started again. */
async function startAnswering(body: string, port: number) {
  const start = async () => {
    const server = createServer((_request, response) => response.end(body)).listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server
  }
  let server = await start()
  const stop = () => server.close().closeAllConnections()
  onTestFinished(() => stop())
  return { stop, start: async () => (server = await start()) }
}

/** Locates a service's row in the table of a page. */
const rowOf = (page: Page, service: ServiceName) =>
  page.getByRole('row').filter({ has: page.locator(`th > a[href="/ports/${service}"]`) })
const stateOf = (page: Page, service: ServiceName) => rowOf(page, service).locator('.state-of')

async function isWiderThanItsWindow(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
}

vi.setConfig({ testTimeout: 60_000 })

describeInBrowser('the website', (openPage) => {
  describe.each([360, 1280])('%i pixels wide', (width) => {
    it.each(['light', 'dark'] as const)('has no accessibility faults, %s', async (colorScheme) => {
      const { origin, offset, port } = await startWebsite()
      await startAnswering(healthOf(imitated), port)
      await startAnswering('another process', portAt(other, offset))
      const page = await openPage(origin, { viewport: { width, height: 800 }, colorScheme })
      await expect.poll(() => stateOf(page, other).innerText(), { timeout: 10_000 }).toContain('stranger')
      expect(await findAccessibilityFaults(page)).toEqual([])
      expect(await isWiderThanItsWindow(page)).toBe(false)
      await page.goto(`${origin}/ports/${imitated}`)
      expect(await findAccessibilityFaults(page)).toEqual([])
      expect(await isWiderThanItsWindow(page)).toBe(false)
    })
  })

  it('has no accessibility faults on pages for retired, unknown and missing subjects', async () => {
    const { origin } = await startWebsite()
    const page = await openPage(origin, { expectedErrors: [/status of 404/] })
    const paths = ['/?q=nonsense', '/nowhere', ...(retired ? [`/?q=${retired.from}`, `/ports/${retired.from}`] : [])]
    for (const path of paths) {
      await page.goto(`${origin}${path}`)
      expect(await findAccessibilityFaults(page), path).toEqual([])
    }
  })

  it('can be used by keyboard alone', async () => {
    const { origin, port } = await startWebsite()
    const page = await openPage(origin, { permissions: ['clipboard-read', 'clipboard-write'] })
    const focused = () => page.evaluate(() => document.activeElement?.id ?? '')
    for (let presses = 0; presses < 20 && (await focused()) !== 'q'; presses++) await page.keyboard.press('Tab')
    await page.keyboard.type(variable)
    await expect.poll(() => page.locator('.directory tbody th > a').allInnerTexts()).toEqual([imitated])
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${origin}/ports/${imitated}`)
    expect(await page.title()).toContain(`${imitated}, port ${port}`)

    const label = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
    const wanted = `Copy ${port}`
    for (let presses = 0; presses < 20 && (await label()) !== wanted; presses++) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText(`Copied ${port}`).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(String(port))

    await page.goBack()
    await expect.poll(() => page.locator('#q').inputValue()).toBe(variable)
    await expect.poll(() => page.locator('.directory tbody th > a').allInnerTexts()).toEqual([imitated])
  })

  it('answers searches for numbers and names', async () => {
    const { origin } = await startWebsite()
    const page = await openPage(origin)
    const answerTo = async (text: string) => {
      await page.locator('#q').fill(text)
      await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe(text)
      return page.locator('.result').innerText()
    }
    if (retired)
      expect(await answerTo(String(retired.from))).toContain(
        `${retired.from} is retired: ${retired.service} moved to ${retired.to}, ${retired.reason}`,
      )
    if (reserved) expect(await answerTo(`localhost:${reserved}`)).toContain('reserved for a future service')
    // No new port may be in the systems' ephemeral range.
    expect(await answerTo('65000')).toContain('65000 is not registered')
    expect(await answerTo('65536')).toContain('not a port')
    expect(await answerTo(misspelled)).toContain(`Nearest is ${imitated}`)
    await page.reload()
    expect(await page.locator('#q').inputValue()).toBe(misspelled)
    expect(await page.locator('.result').innerText()).toContain(`Nearest is ${imitated}`)
  })

  it('has a page for each service, which reloads and the back button keep', async () => {
    const { origin, offset } = await startWebsite()
    const page = await openPage(`${origin}/ports/${PORTS[other]}`, { expectedErrors: [/status of 404/] })
    expect(page.url()).toBe(`${origin}/ports/${other}`)
    await page.reload()
    expect(await page.title()).toBe(`${other}, port ${portAt(other, offset)} · DriftOS ports`)
    await page.getByRole('link', { name: 'All ports' }).click()
    await page.waitForURL(`${origin}/`)
    await page.goBack()
    await page.waitForURL(`${origin}/ports/${other}`)
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(other)
    await page.goto(`${origin}/ports/${misspelled}`)
    await page.getByRole('link', { name: imitated, exact: true }).click()
    await page.waitForURL(`${origin}/ports/${imitated}`)
  })

  it('can be read without JavaScript', async () => {
    const { origin, env } = await startWebsite()
    const page = await openPage(origin, { javaScriptEnabled: false })
    const ports = resolvePorts(env)
    for (const service of names) {
      expect(await rowOf(page, service).locator('.port strong').innerText()).toBe(String(ports[service]))
      expect(
        await rowOf(page, service).getByText(services[service].variable, { exact: true }).first().isVisible(),
      ).toBe(true)
    }
    expect(await page.locator('noscript p').isVisible()).toBe(true)
    expect(await page.getByRole('button').count()).toBe(0)
    await page.locator('#q').fill('65000')
    await page.locator('#q').press('Enter')
    expect(await page.locator('.result').innerText()).toContain('is not registered')
  })

  it('shows a service go down and come back, each within three seconds', async () => {
    const website = await startWebsite()
    const core = await startAnswering(healthOf(imitated), website.port)
    const page = await openPage(website.origin)
    const becomes = (state: string) =>
      expect
        .poll(() => stateOf(page, imitated).innerText(), { timeout: 3000, interval: 50 })
        .toMatch(new RegExp(`^${state}`))
    await becomes('up')
    expect(await stateOf(page, imitated).innerText()).toMatch(/ms/)
    if (process.platform === 'linux') expect(await stateOf(page, imitated).innerText()).toContain(`pid ${process.pid}`)
    core.stop()
    await becomes('down')
    await core.start()
    await becomes('up')
  })

  it('recognizes another process on the port of a service', async () => {
    const { origin, port } = await startWebsite()
    await startAnswering(healthOf(other), port)
    const page = await openPage(origin)
    await expect.poll(() => stateOf(page, imitated).innerText(), { timeout: 10_000 }).toMatch(/^stranger/)
  })

  it('shows no state as live while its server is down, and all after a restart', async () => {
    const website = await startWebsite()
    const page = await openPage(website.origin, { expectedErrors: [/Failed to load resource|net::ERR/] })
    await expect.poll(() => stateOf(page, 'website').innerText(), { timeout: 10_000 }).toMatch(/^up/)
    expect(await website.stop()).toBe(0)
    await page.getByText('The connection to the server is lost').waitFor()
    for (const service of names) expect(await stateOf(page, service).innerText()).toBe('unknown')
    await website.start()
    await expect.poll(() => stateOf(page, 'website').innerText(), { timeout: 15_000 }).toMatch(/^up/)
    expect(await page.getByText('The connection to the server is lost').count()).toBe(0)
  })

  it('shows the ports and links of the environment everywhere', async () => {
    const hosted = names.findLast((name) => definitionOf(name).scheme === 'http')!
    const overrides = {
      [definitionOf(hosted).variable.replace(/PORT$/, 'HOST')]: '127.0.0.1',
      [definitionOf(other).variable.replace(/PORT$/, 'URL')]: 'https://other.example.com/api',
    }
    const { origin, env } = await startWebsite(overrides)
    const ports = resolvePorts(env)
    const page = await openPage(origin)
    for (const service of names) {
      const row = rowOf(page, service)
      expect(await row.locator('.port strong').innerText()).toBe(String(ports[service]))
      expect(await row.locator('.address').innerText()).toContain(getOrigin(service, env))
      const mover = service === imitated ? variable : 'DRIFTOS_PORT_OFFSET'
      expect(await row.locator('.port').innerText()).toContain(`registered ${PORTS[service]}, moved by ${mover}`)
    }
    const links = await page.locator('a').evaluateAll((all) => all.map((link) => link.getAttribute('href')!))
    const away = new Set(links.filter((link) => !/^[/#]/.test(link)))
    const opened = names.filter((name) => definitionOf(name).scheme === 'http').map((name) => getOrigin(name, env))
    const documentation = [...away].filter((link) => link.endsWith('/documentation'))
    expect(
      documentation.map((link) => link.replace('/documentation', '')).filter((link) => !opened.includes(link)),
    ).toEqual([])
    expect([...away].toSorted()).toEqual([...opened, ...documentation].toSorted())
  })

  it('works without its server, shows a notice and sends no API request', async () => {
    const origin = await serveStatically(join(dist, 'client'))
    const page = await openPage(origin, { expectedErrors: [/status of 404/] })
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.getByText('Served without its server: registered numbers, no live state.').waitFor()
    for (const service of names)
      expect(await rowOf(page, service).locator('.port strong').innerText()).toBe(String(PORTS[service]))
    expect(await findAccessibilityFaults(page)).toEqual([])
    await page.goto(`${origin}/?q=65000`)
    await expect.poll(() => page.locator('.result').innerText()).toContain('is not registered')
    await page.goto(`${origin}/ports/${imitated}/`)
    expect(await page.title()).toBe(`${imitated}, port ${PORTS[imitated]} · DriftOS ports`)
    await page.goto(`${origin}/nowhere`)
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Nothing here')
    expect(asked.filter((url) => url.includes('/api/'))).toEqual([])
  })

  it('is small, has no layout shift, and may load only from its own origin', async () => {
    const { origin, offset, port } = await startWebsite()
    await startAnswering(healthOf(imitated), port)
    await startAnswering('x', portAt(other, offset))
    for (const width of [360, 1280]) {
      const page = await openPage(origin, { viewport: { width, height: 800 } })
      await expect.poll(() => stateOf(page, imitated).innerText(), { timeout: 10_000 }).toMatch(/^up/)
      const { scriptBytes, totalBytes, layoutShift } = await measureWeight(page)
      expect(scriptBytes).toBeGreaterThan(0)
      expect(scriptBytes).toBeLessThan(100_000)
      expect(totalBytes).toBeLessThan(150_000)
      expect(layoutShift).toBeLessThan(0.01)
      // A slow machine renders the page in pieces.
      await slowDown(page, 10)
      await page.reload()
      await expect.poll(() => stateOf(page, imitated).innerText(), { timeout: 30_000 }).toMatch(/^up/)
      expect((await measureWeight(page)).layoutShift).toBeLessThan(0.01)
    }
    const { headers } = await fetch(origin)
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/)
  })

  it('prints text without controls', async () => {
    const { origin } = await startWebsite()
    const page = await openPage(origin)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('#q').isVisible()).toBe(false)
    expect(await page.getByRole('button').count()).toBe(0)
    expect(await rowOf(page, imitated).locator('.port strong').isVisible()).toBe(true)
  })
})

describe('the commands on the website', () => {
  const ours = /^(pnpm (-s )?ports|npx driftos-ports) /
  const lines = findSnippets().flatMap(({ language, code }) => (language === 'shell' ? code.split('\n') : []))

  it.each(lines.filter((line) => ours.test(line)))('%s', async (line) => {
    // Commands that edit the registry run dry, and the check reads one file instead of the repository.
    const rest = line
      .replace(ours, '')
      .replace(/^(add|move) .*/, '$& --dry-run')
      .replace(/^check$/, 'check README.md')
    const command = `"${process.execPath}" packages/ports-cli/dist/bin.cjs ${rest}`
    const { stdout } = await promisify(exec)(command, { cwd: fileURLToPath(new URL('..', import.meta.url)) })
    expect(stdout).not.toBe('')
  })
})

/** Serves a directory like a plain static host; returns the origin. */
async function serveStatically(folder: string): Promise<string> {
  const types: Record<string, string> = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.svg': 'image/svg+xml',
  }
  const server = createServer(async (request, response) => {
    const path = new URL(request.url!, 'http://localhost').pathname
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path)
    const isFound = existsSync(file)
    const found = isFound ? file : join(folder, '404.html')
    response.writeHead(isFound ? 200 : 404, { 'content-type': types[extname(found)] ?? 'text/plain' })
    response.end(await readFile(found))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  const address = server.address() as { port: number }
  return `http://127.0.0.1:${address.port}`
}
