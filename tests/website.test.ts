import { exec, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
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
  type ServiceName,
} from '@driftos/ports'
import { isPortOpen } from '@driftos/ports/probe'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  describeInBrowser,
  findAccessibilityFaults,
  measureWeight,
  slowDown,
  type Page,
} from '../packages/testing/src/browser/index.js'
import { findFreeOffset, portAt } from './free-offset.js'

const dist = fileURLToPath(new URL('../apps/website/dist', import.meta.url))
const names = Object.keys(services) as ServiceName[]
const retired = history.find(({ from }) => !isRegisteredPort(from))!

beforeAll(() => {
  if (!existsSync(join(dist, 'client/404.html')))
    throw new Error('The website is not built: run `pnpm exec turbo run build --filter=@driftos/website`')
})

/** The built website, and how to stop and start it; core is moved further than the others. */
async function startWebsite(env: Record<string, string> = {}) {
  const offset = await findFreeOffset()
  const core = portAt('core', offset) + 1000
  const given: Record<string, string> = {
    DRIFTOS_PORT_OFFSET: offset,
    CORE_PORT: String(core),
    LOG_LEVEL: 'error',
    ...env,
  }
  const origin = getOrigin('website', given)
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
  }
  await start()
  onTestFinished(() => void stop('SIGKILL'))
  return { origin, offset, core, env: given as Env, start, stop }
}

/** Something on a port that answers every request so; it can leave and come back. */
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

/** What a page shows of a service in its table. */
const rowOf = (page: Page, service: ServiceName) =>
  page.getByRole('row').filter({ has: page.locator(`th > a[href="/ports/${service}"]`) })
const stateOf = (page: Page, service: ServiceName) => rowOf(page, service).locator('.state-of')

async function isWiderThanItsWindow(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
}

vi.setConfig({ testTimeout: 60_000 })

describeInBrowser('the website', (openPage) => {
  describe.each([360, 1280])('%i pixels wide', (width) => {
    it.each(['light', 'dark'] as const)('shuts nobody out, %s', async (colorScheme) => {
      const { origin, offset, core } = await startWebsite()
      await startAnswering('{"service":"core"}', core)
      await startAnswering('a stranger', portAt('demo', offset))
      const page = await openPage(origin, { viewport: { width, height: 800 }, colorScheme })
      await expect.poll(() => stateOf(page, 'demo').innerText(), { timeout: 10_000 }).toContain('stranger')
      expect(await findAccessibilityFaults(page)).toEqual([])
      expect(await isWiderThanItsWindow(page)).toBe(false)
      await page.goto(`${origin}/ports/core`)
      expect(await findAccessibilityFaults(page)).toEqual([])
      expect(await isWiderThanItsWindow(page)).toBe(false)
    })
  })

  it('shuts nobody out by what it answers', async () => {
    const { origin } = await startWebsite()
    const page = await openPage(origin, { expectedErrors: [/status of 404/] })
    for (const path of [`/?q=${retired.from}`, '/?q=nonsense', `/ports/${retired.from}`, '/nowhere']) {
      await page.goto(`${origin}${path}`)
      expect(await findAccessibilityFaults(page), path).toEqual([])
    }
  })

  it('is used by keyboard alone', async () => {
    const { origin, core } = await startWebsite()
    const page = await openPage(origin, { permissions: ['clipboard-read', 'clipboard-write'] })
    const focused = () => page.evaluate(() => document.activeElement?.id ?? '')
    for (let presses = 0; presses < 20 && (await focused()) !== 'q'; presses++) await page.keyboard.press('Tab')
    await page.keyboard.type('llm')
    await expect.poll(() => page.locator('.directory tbody th > a').allInnerTexts()).toEqual(['core'])
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${origin}/ports/core`)
    expect(await page.title()).toContain(`core, port ${core}`)

    const label = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
    const wanted = `Copy ${core}`
    for (let presses = 0; presses < 20 && (await label()) !== wanted; presses++) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText(`Copied ${core}`).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(String(core))

    await page.goBack()
    await expect.poll(() => page.locator('#q').inputValue()).toBe('llm')
    await expect.poll(() => page.locator('.directory tbody th > a').allInnerTexts()).toEqual(['core'])
  })

  it('answers whoever looks for a number', async () => {
    const { origin } = await startWebsite()
    const page = await openPage(origin)
    const answerTo = async (text: string) => {
      await page.locator('#q').fill(text)
      await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe(text)
      return page.locator('.result').innerText()
    }
    expect(await answerTo(String(retired.from))).toContain(
      `${retired.from} is retired: ${retired.service}’s until it moved to ${retired.to}, ${retired.reason}`,
    )
    expect(await answerTo(`localhost:${ranges.services.reserved.first}`)).toContain('reserved for a service to come')
    expect(await answerTo('4000')).toContain('4000 is not registered')
    expect(await answerTo('65536')).toContain('no port')
    expect(await answerTo('gatway')).toContain('Nearest is gateway')
    await page.reload()
    expect(await page.locator('#q').inputValue()).toBe('gatway')
    expect(await page.locator('.result').innerText()).toContain('Nearest is gateway')
  })

  it('has a page for each service, which a reload and the back button keep', async () => {
    const { origin, offset } = await startWebsite()
    const page = await openPage(`${origin}/ports/${PORTS.embed}`, { expectedErrors: [/status of 404/] })
    expect(page.url()).toBe(`${origin}/ports/embed`)
    await page.reload()
    expect(await page.title()).toBe(`embed, port ${portAt('embed', offset)} · DriftOS ports`)
    await page.getByRole('link', { name: 'All ports' }).click()
    await page.waitForURL(`${origin}/`)
    await page.goBack()
    await page.waitForURL(`${origin}/ports/embed`)
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('embed')
    await page.goto(`${origin}/ports/promethius`)
    await page.getByRole('link', { name: 'prometheus' }).click()
    await page.waitForURL(`${origin}/ports/prometheus`)
  })

  it('is read without JavaScript', async () => {
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
    await page.locator('#q').fill(String(retired.from))
    await page.locator('#q').press('Enter')
    expect(await page.locator('.result').innerText()).toContain('is retired')
  })

  it('shows a service go down and come back, each within three seconds', async () => {
    const website = await startWebsite()
    const core = await startAnswering('{"service":"core"}', website.core)
    const page = await openPage(website.origin)
    const becomes = (state: string) =>
      expect
        .poll(() => stateOf(page, 'core').innerText(), { timeout: 3000, interval: 50 })
        .toMatch(new RegExp(`^${state}`))
    await becomes('up')
    expect(await stateOf(page, 'core').innerText()).toMatch(/ms/)
    if (process.platform === 'linux') expect(await stateOf(page, 'core').innerText()).toContain(`pid ${process.pid}`)
    core.stop()
    await becomes('down')
    await core.start()
    await becomes('up')
  })

  it('tells a stranger from the service', async () => {
    const { origin, core } = await startWebsite()
    await startAnswering('{"service":"embed"}', core)
    const page = await openPage(origin)
    await expect.poll(() => stateOf(page, 'core').innerText(), { timeout: 10_000 }).toMatch(/^stranger/)
  })

  it('shows no state as live once its server is away, and all when it is back', async () => {
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

  it('has the environment’s numbers and links everywhere', async () => {
    const overrides = { PROMETHEUS_HOST: '127.0.0.1', EMBED_URL: 'https://embed.example.com/api' }
    const { origin, env } = await startWebsite(overrides)
    const ports = resolvePorts(env)
    const page = await openPage(origin)
    for (const service of names) {
      const row = rowOf(page, service)
      expect(await row.locator('.port strong').innerText()).toBe(String(ports[service]))
      expect(await row.locator('.address').innerText()).toContain(getOrigin(service, env))
      const mover = service === 'core' ? 'CORE_PORT' : 'DRIFTOS_PORT_OFFSET'
      expect(await row.locator('.port').innerText()).toContain(`registered ${PORTS[service]}, moved by ${mover}`)
    }
    const links = await page.locator('a').evaluateAll((all) => all.map((link) => link.getAttribute('href')!))
    const away = new Set(links.filter((link) => !/^[/#]/.test(link)))
    const documented = (['core', 'embed'] as const).map((service) => `${getOrigin(service, env)}/documentation`)
    const opened = names
      .filter((service) => services[service].scheme === 'http')
      .map((service) => getOrigin(service, env))
    expect([...away].toSorted()).toEqual([...opened, ...documented].toSorted())
  })

  it('says that it is served without its server, and asks nobody', async () => {
    const origin = await serveStatically(join(dist, 'client'))
    const page = await openPage(origin, { expectedErrors: [/status of 404/] })
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.getByText('Served without its server: registered numbers, no live state.').waitFor()
    for (const service of names)
      expect(await rowOf(page, service).locator('.port strong').innerText()).toBe(String(PORTS[service]))
    expect(await findAccessibilityFaults(page)).toEqual([])
    await page.goto(`${origin}/?q=${retired.from}`)
    await expect.poll(() => page.locator('.result').innerText()).toContain('is retired')
    await page.goto(`${origin}/ports/core/`)
    expect(await page.title()).toBe(`core, port ${PORTS.core} · DriftOS ports`)
    await page.goto(`${origin}/nowhere`)
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Nothing here')
    expect(asked.filter((url) => url.includes('/api/'))).toEqual([])
  })

  it('is light, stands still, and may load nothing from elsewhere', async () => {
    const { origin, offset, core } = await startWebsite()
    await startAnswering('{"service":"core"}', core)
    await startAnswering('x', portAt('demo', offset))
    for (const width of [360, 1280]) {
      const page = await openPage(origin, { viewport: { width, height: 800 } })
      await expect.poll(() => stateOf(page, 'core').innerText(), { timeout: 10_000 }).toMatch(/^up/)
      const { scriptBytes, totalBytes, layoutShift } = await measureWeight(page)
      expect(scriptBytes).toBeGreaterThan(0)
      expect(scriptBytes).toBeLessThan(100_000)
      expect(totalBytes).toBeLessThan(150_000)
      expect(layoutShift).toBeLessThan(0.01)
      // A slow machine draws the page piece by piece, as it reads it.
      await slowDown(page, 10)
      await page.reload()
      await expect.poll(() => stateOf(page, 'core').innerText(), { timeout: 30_000 }).toMatch(/^up/)
      expect((await measureWeight(page)).layoutShift).toBeLessThan(0.01)
    }
    const { headers } = await fetch(origin)
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/)
  })

  it('prints what is to be read, and nothing to press', async () => {
    const { origin } = await startWebsite()
    const page = await openPage(origin)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('#q').isVisible()).toBe(false)
    expect(await page.getByRole('button').count()).toBe(0)
    expect(await rowOf(page, 'core').locator('.port strong').isVisible()).toBe(true)
  })
})

describe('the commands that the website shows', () => {
  const folder = new URL('../apps/website/src/page/snippets/', import.meta.url)
  const ours = /^(pnpm (-s )?ports|npx driftos-ports) /
  const lines = readdirSync(folder)
    .filter((file) => file.endsWith('.sh'))
    .flatMap((file) => readFileSync(new URL(file, folder), 'utf8').split('\n'))

  it.each(lines.filter((line) => ours.test(line)))('%s', async (line) => {
    // What edits the registry shows what it would do, and what reads all of the repository reads a file of it.
    const rest = line
      .replace(ours, '')
      .replace(/^(add|move) .*/, '$& --dry-run')
      .replace(/^check$/, 'check README.md')
    const command = `"${process.execPath}" packages/ports-cli/dist/bin.cjs ${rest}`
    const { stdout } = await promisify(exec)(command, { cwd: fileURLToPath(new URL('..', import.meta.url)) })
    expect(stdout).not.toBe('')
  })

  it.each(lines.filter((line) => line.includes('=')).map((line) => [/\w+(?==)/.exec(line)![0]]))(
    'sets what there is, %s',
    (variable) => {
      const variables = [...names.map((name) => services[name].variable), 'DRIFTOS_PORT_OFFSET']
      expect(variables).toContain(variable)
    },
  )
})

/** Serves a folder as a plain static host does. */
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
