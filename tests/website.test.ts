import { exec, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
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
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  describeInBrowser,
  findAccessibilityFaults,
  findFaultsEverywhere,
  findInvisibleFocusEverywhere,
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

type OnEnd = (end: () => void) => void

/** Starts the built website, with one service moved further than the others. */
async function startWebsite(env: Record<string, string> = {}, onEnd: OnEnd = onTestFinished) {
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
  async function start(changes: Record<string, string> = {}) {
    child = spawn(process.execPath, [join(dist, 'main.js')], {
      env: { PATH: process.env['PATH'], ...given, ...changes },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    await vi.waitUntil(() => isPortOpen(Number(new URL(origin).port)), { timeout: 60_000 })
    await checkServices('website', playwright)
  }
  onEnd(() => void stop('SIGKILL'))
  await start()
  return { origin, offset, port, env: given as Env, start, stop }
}

/** Returns the health answer of a service. */
const healthOf = (service: ServiceName) => JSON.stringify({ service })

/** Starts a server that answers every request with this body; it can be stopped and started again. */
async function startAnswering(body: string, port: number, onEnd: OnEnd = onTestFinished) {
  const start = async () => {
    const server = createServer((_request, response) => response.end(body)).listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server
  }
  let server = await start()
  const stop = () => server.close().closeAllConnections()
  onEnd(() => stop())
  return { stop, start: async () => (server = await start()) }
}

/** Locates a service's row in the list of a page. */
const rowOf = (page: Page, service: ServiceName) => page.locator(`.service[data-service="${service}"]`)
const stateOf = (page: Page, service: ServiceName) => rowOf(page, service).locator('.state-of')

/** Opens the part of the list with the services that DriftOS works without. */
const openOptional = async (page: Page) => page.locator('details.card > summary').click()

describeInBrowser('the website', (openPage) => {
  /** A website that no test changes; one service is up, another process has the port of another. */
  let shared: Awaited<ReturnType<typeof startWebsite>>

  const ends: (() => void)[] = []

  beforeAll(async () => {
    const onEnd: OnEnd = (end) => ends.push(end)
    shared = await startWebsite({}, onEnd)
    await startAnswering(healthOf(imitated), shared.port, onEnd)
    await startAnswering('another process', portAt(other, shared.offset), onEnd)
  })

  afterAll(() => {
    for (const end of ends) end()
  })

  const paths = ['/', `/ports/${imitated}`, '/use', '/history', '/?q=nonsense', '/nowhere']
  if (retired) paths.push(`/?q=${retired.from}`, `/ports/${retired.from}`)

  it.each(paths)('has no accessibility faults at %s, narrow or wide, light or dark', async (path) => {
    const page = await openPage(shared.origin + path, { expectedErrors: [/status of 404/] })
    if (path === '/') {
      await expect.poll(() => stateOf(page, other).innerText()).toContain('stranger')
      await openOptional(page)
    }
    expect(await findFaultsEverywhere(page)).toEqual([])
  })

  it.each(['/', `/ports/${imitated}`, '/use'])('shows which element has the keyboard focus at %s', async (path) => {
    const page = await openPage(shared.origin + path)
    expect(await findInvisibleFocusEverywhere(page)).toEqual([])
  })

  it('can be used by keyboard alone', async () => {
    const { origin, port } = shared
    const page = await openPage(origin, { permissions: ['clipboard-read', 'clipboard-write'] })
    const focused = () => page.evaluate(() => document.activeElement?.id ?? '')
    for (let presses = 0; presses < 20 && (await focused()) !== 'q'; presses++) await page.keyboard.press('Tab')
    await page.keyboard.type(variable)
    await expect.poll(() => page.locator('.service .name > a').allInnerTexts()).toEqual([imitated])
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
    await expect.poll(() => page.locator('.service .name > a').allInnerTexts()).toEqual([imitated])
  })

  it('answers searches for numbers and names', async () => {
    const { origin } = shared
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
    expect(await answerTo('nonsense')).toBe('No service is named “nonsense”.')
    expect(await answerTo(misspelled)).toContain(`Did you mean ${imitated}?`)
    await page.reload()
    expect(await page.locator('#q').inputValue()).toBe(misspelled)
    expect(await page.locator('.result').innerText()).toContain(`Did you mean ${imitated}?`)
  })

  it('has a page for each service, which reloads and the back button keep', async () => {
    const { origin, offset } = shared
    const page = await openPage(`${origin}/ports/${PORTS[other]}`, { expectedErrors: [/status of 404/] })
    expect(page.url()).toBe(`${origin}/ports/${other}`)
    await page.reload()
    expect(await page.title()).toContain(`${other}, port ${portAt(other, offset)} · DriftOS ports`)
    await page.getByRole('link', { name: 'All services' }).click()
    await page.waitForURL(`${origin}/`)
    await page.goBack()
    await page.waitForURL(`${origin}/ports/${other}`)
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(other)
    await page.goto(`${origin}/ports/${misspelled}`)
    await page.getByRole('link', { name: imitated, exact: true }).click()
    await page.waitForURL(`${origin}/ports/${imitated}`)
  })

  it('can be read without JavaScript', async () => {
    const { origin, env } = shared
    const page = await openPage(origin, { javaScriptEnabled: false })
    const ports = resolvePorts(env)
    await openOptional(page)
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
    if (process.platform === 'linux')
      expect(await rowOf(page, imitated).locator('.process').innerText()).toContain(`pid ${process.pid}`)
    // Most services of this test are down.
    await expect.poll(() => page.title()).toMatch(/^(\d+ services are|DriftOS is not) .+ · DriftOS ports$/)
    expect(await page.locator('link[rel=icon]').getAttribute('href')).toBe('/icon-bad.svg')
    core.stop()
    await becomes('down')
    await core.start()
    await becomes('up')
  })

  it('recognizes another service on the port of a service, and another process', async () => {
    const { origin, port, offset } = await startWebsite()
    await startAnswering(healthOf(other), port)
    await startAnswering('another process', portAt(other, offset))
    const page = await openPage(origin)
    for (const service of [imitated, other])
      await expect.poll(() => stateOf(page, service).innerText()).toMatch(/^stranger/)
  })

  it('shows no state as live while its server is down, and all after a restart', async () => {
    const website = await startWebsite()
    const page = await openPage(website.origin, { expectedErrors: [/Failed to load resource|net::ERR/] })
    await expect.poll(() => stateOf(page, 'website').innerText()).toMatch(/^up/)
    expect(await website.stop()).toBe(0)
    await page.getByText('The connection to the server is lost').waitFor()
    for (const service of names) expect(await stateOf(page, service).textContent()).toBe('unknown')
    await website.start()
    await expect.poll(() => stateOf(page, 'website').innerText()).toMatch(/^up/)
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
    await openOptional(page)
    for (const service of names) {
      const row = rowOf(page, service)
      expect(await row.locator('.port strong').innerText()).toBe(String(ports[service]))
      expect(await row.innerText()).not.toContain('DRIFTOS_PORT_OFFSET')
    }
    expect(await rowOf(page, imitated).locator('.port').innerText()).toContain(`moved by ${variable}`)
    expect(await page.locator('.verdict').innerText()).toContain(`DRIFTOS_PORT_OFFSET moves ${names.length - 1} ports`)
    const links = await page.locator('a').evaluateAll((all) => all.map((link) => link.getAttribute('href')!))
    const away = new Set(links.filter((link) => !/^[/#]/.test(link)))
    const opened = names.filter((name) => definitionOf(name).scheme === 'http').map((name) => getOrigin(name, env))
    expect([...away].toSorted()).toEqual(opened.toSorted())
    for (const service of names) {
      await page.goto(`${origin}/ports/${service}`)
      const facts = await page.locator('.facts').innerText()
      expect(facts).toContain(getOrigin(service, env))
      const mover = service === imitated ? variable : 'DRIFTOS_PORT_OFFSET'
      expect(facts).toContain(`registered ${PORTS[service]}, moved by ${mover}`)
    }
  })

  it('shows the ports of a server that was restarted with other overrides', async () => {
    const website = await startWebsite()
    const page = await openPage(website.origin, { expectedErrors: [/Failed to load resource|net::ERR/] })
    await expect.poll(() => stateOf(page, 'website').innerText()).toMatch(/^up/)
    await website.stop()
    const moved = String(website.port + 1)
    await website.start({ [variable]: moved })
    await expect.poll(() => rowOf(page, imitated).locator('.port strong').innerText()).toBe(moved)
    expect(await rowOf(page, imitated).locator('.open a').getAttribute('href')).toContain(`:${moved}`)
  })

  it('is live in more tabs than a browser has connections, and pauses in hidden ones', async () => {
    const { origin } = shared
    const first = await openPage(origin)
    const isLive = (page: Page) => expect.poll(() => stateOf(page, 'website').innerText()).toMatch(/^up/)
    const others = await Promise.all(Array.from({ length: 8 }, () => first.context().newPage()))
    for (const page of others) await page.goto(origin)
    for (const page of [first, ...others]) await isLive(page)
    // The tab that reads for all is closed.
    await first.close()
    const changes = others.map((page) =>
      page.evaluate(
        () =>
          new Promise((resolve) => {
            const channel = new BroadcastChannel('driftos-events')
            channel.addEventListener('message', resolve, { once: true })
          }),
      ),
    )
    await Promise.race(changes)
  })

  it('focuses the search by a key, and opens its only result by Enter', async () => {
    const { origin } = shared
    const page = await openPage(origin)
    const focused = () => page.evaluate(() => document.activeElement?.id ?? '')
    for (const keys of ['/', 'Control+k']) {
      await page.locator('#q').blur()
      await page.keyboard.press(keys)
      expect(await focused(), keys).toBe('q')
    }
    expect(await page.locator('#q').inputValue()).toBe('')
    await page.keyboard.type(variable)
    await page.keyboard.press('Enter')
    await page.waitForURL(`${origin}/ports/${imitated}`)
  })

  it('opens the list of checkouts by a key, and closes it by Escape or when the focus leaves it', async () => {
    const page = await openPage(shared.origin)
    const { directory } = JSON.parse((await page.locator('#data').textContent())!) as { directory: unknown }
    const checkoutOf = (name: string, offset: number) => ({
      name,
      offset,
      branch: 'main',
      isRunning: true,
      isHere: offset === 0,
      website: `http://localhost:${offset}/`,
    })
    const site = {
      directory,
      records: Object.fromEntries(names.map((name) => [name, { latencies: [], changes: [] }])),
      canControl: false,
      checkouts: [checkoutOf('here', 0), checkoutOf('next', 100), checkoutOf('third', 200)],
    }
    const body = `event: site\ndata: ${JSON.stringify(site)}\n\n`
    await page.route('**/api/events', (route) => route.fulfill({ contentType: 'text/event-stream', body }))
    await page.reload()
    const link = page.getByRole('link', { name: 'third main +200' })
    const summary = page.locator('.checkout summary')
    await summary.focus()
    await page.keyboard.press('Enter')
    expect(await link.getAttribute('href')).toBe('http://localhost:200/')
    expect(await findAccessibilityFaults(page)).toEqual([])
    await page.keyboard.press('Tab')
    await page.keyboard.press('Escape')
    expect(await link.isVisible()).toBe(false)
    expect(await summary.evaluate((element) => element === document.activeElement)).toBe(true)
    await page.keyboard.press('Enter')
    expect(await link.isVisible()).toBe(true)
    await page.locator('#q').focus()
    expect(await link.isVisible()).toBe(false)
  })

  it('finds services by their state', async () => {
    const page = await openPage(shared.origin)
    await expect.poll(() => stateOf(page, imitated).innerText()).toMatch(/^up/)
    await page.locator('#q').fill('up')
    await expect
      .poll(async () => (await page.locator('.service .name > a').allInnerTexts()).toSorted())
      .toEqual([imitated, 'website'].toSorted())
  })

  it('follows the output of a service and restarts it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'driftos-control-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const path = join(directory, 's')
    const asked: string[] = []
    const print = new EventEmitter()
    const lineOf = (text: string) => `${JSON.stringify({ service: imitated, at: '', source: 'stdout', text })}\n`
    const lastExit = { reason: 'SIGKILL', code: null, signal: 'SIGKILL', at: new Date().toISOString() }
    const status = { services: [{ service: imitated, state: 'ready', restarts: 2, lastExit }] }
    const stack = createServer((request, response) => {
      if (request.url === '/status') {
        response.end(JSON.stringify(status))
      } else if (request.method === 'POST') {
        asked.push(request.url!)
        response.writeHead(202).end('{}')
      } else {
        response.write(lineOf('\u001B[32mlistening\u001B[39m <b>'))
        print.on('line', (text: string) => response.write(lineOf(text)))
      }
    }).listen(path)
    await once(stack, 'listening')
    onTestFinished(() => stack.close().closeAllConnections())

    const { origin, port } = await startWebsite({ DRIFTOS_CONTROL: path })
    await startAnswering(healthOf(imitated), port)
    const page = await openPage(`${origin}/ports/${imitated}`)
    await expect.poll(() => page.locator('.output').innerText()).toBe('listening <b>\n')
    print.emit('line', 'request answered')
    await expect.poll(() => page.locator('.output').innerText()).toContain('request answered')
    expect(await page.locator('.process').innerText()).toMatch(/ended at .*: SIGKILL, restarted 2 times/)
    expect(await findAccessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: `Restart ${imitated}` }).click()
    await page.getByText(`${imitated} is restarting`).waitFor()
    expect(asked).toEqual([`/services/${imitated}/restart`])
  })

  it.each(['/', '/some/directory/'])('works without its server at %s, and sends no API request', async (base) => {
    const origin = await serveStatically(join(dist, 'client'), base)
    const site = `${origin}${base}`
    const page = await openPage(site, { expectedErrors: [/status of 404/] })
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.getByText('This copy has no server, so it shows no states.').waitFor()
    await openOptional(page)
    for (const service of names)
      expect(await rowOf(page, service).locator('.port strong').innerText()).toBe(String(PORTS[service]))
    expect(await findAccessibilityFaults(page)).toEqual([])
    await page.goto(`${site}?q=65000`)
    await expect.poll(() => page.locator('.result').innerText()).toContain('is not registered')
    await page.locator('#q').fill(imitated)
    await rowOf(page, imitated).getByRole('link', { name: imitated, exact: true }).click()
    await page.waitForURL(`${site}ports/${imitated}/`)
    expect(await page.title()).toBe(`${imitated}, port ${PORTS[imitated]} · DriftOS ports`)
    for (const name of ['Use it', 'History', 'DriftOS']) {
      await page.getByRole('link', { name, exact: true }).click()
      await page.getByRole('heading', { level: 1 }).waitFor()
      expect(page.url().startsWith(site)).toBe(true)
    }
    await page.goto(`${site}nowhere`)
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Nothing here')
    expect(asked.filter((url) => url.includes('/api/'))).toEqual([])
  })

  it.each([320, 360, 768, 1280])('is small and has no layout shift at a width of %d pixels', async (width) => {
    const page = await openPage(shared.origin, { viewport: { width, height: 800 } })
    await expect.poll(() => stateOf(page, imitated).innerText()).toMatch(/^up/)
    const { scriptBytes, totalBytes, layoutShift } = await measureWeight(page)
    expect(scriptBytes).toBeGreaterThan(0)
    expect(scriptBytes).toBeLessThan(100_000)
    expect(totalBytes).toBeLessThan(150_000)
    expect(layoutShift).toBeLessThan(0.01)
    // A slow machine renders the page in pieces.
    await slowDown(page, 10)
    await page.reload()
    await expect.poll(() => stateOf(page, imitated).innerText()).toMatch(/^up/)
    expect((await measureWeight(page)).layoutShift).toBeLessThan(0.01)
  })

  it('may load only from its own origin', async () => {
    const { headers } = await fetch(shared.origin)
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/)
  })

  it('prints text without controls', async () => {
    const { origin } = shared
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

/** Serves a directory below a path, like a plain static host; returns the origin. */
async function serveStatically(folder: string, base: string): Promise<string> {
  const types: Record<string, string> = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.svg': 'image/svg+xml',
  }
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost')
    const path = pathname.startsWith(base) ? pathname.slice(base.length - 1) : '/outside'
    // A host answers a directory's address with the one with a slash.
    const isDirectory = !path.endsWith('/') && existsSync(join(folder, path, 'index.html'))
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path)
    const isFound = existsSync(file)
    const found = isFound ? file : join(folder, '404.html')
    if (isDirectory) response.writeHead(301, { location: `${pathname}/` }).end()
    else {
      response.writeHead(isFound ? 200 : 404, { 'content-type': types[extname(found)] ?? 'text/plain' })
      response.end(await readFile(found))
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  const address = server.address() as { port: number }
  return `http://127.0.0.1:${address.port}`
}
