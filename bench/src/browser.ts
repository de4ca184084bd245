import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { basename, extname, join } from 'node:path'
import { createServer, type ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { chromium, type Browser, type Page } from 'playwright-core'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'
import { interleave } from './measure.js'

const apps = fileURLToPath(new URL('../../apps/', import.meta.url))
const throttling = 4
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
const typed = 'The quick brown fox jumps over the lazy dogs'

/** How soon the pages show their content, how large their scripts are, and how a long conversation slows typing. */
export const browserFigure: Figure = {
  title: 'The website and the demo in Chromium, its processor throttled four times',
  method:
    'The built pages from a local server: the largest contentful paint of a page against that of a page with a line of text; and the time for each of 44 typed characters, from the key to the next frame, while an answer streams into 300 messages in 30 branches, against a conversation of two messages. CHROMIUM_PATH, else /usr/bin/chromium.',
  takesMinutes: true,
  measure: measureBrowser,
}

async function measureBrowser(effort: Effort): Promise<Row[]> {
  const rounds = effort === 'quick' ? 2 : 7
  const server = createServer((request, response) => void answer(request.url!, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const executablePath = process.env['CHROMIUM_PATH']?.trim() || '/usr/bin/chromium'
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 })
  try {
    const paints = await interleave(
      {
        'a line of text': () => timeToPaint(browser, `${origin}/line`),
        website: () => timeToPaint(browser, `${origin}/website/`),
        demo: () => timeToPaint(browser, `${origin}/`),
        'demo, 300 messages': () => timeToPaint(browser, `${origin}/c/300x30`),
      },
      rounds,
    )
    const keys = await interleave(
      {
        'typing, 2 messages': () => timeToType(browser, `${origin}/c/2x1`),
        'typing, 300 messages': () => timeToType(browser, `${origin}/c/300x30`),
      },
      rounds,
    )
    const goalOf = (atMost: number) => ({ goal: { of: 'median' as const, atMost } })
    return [
      ...Object.entries(paints).map(([what, own]) =>
        rowOf(
          [what, own],
          ['a line of text', paints['a line of text']],
          'ms',
          what === 'a line of text' ? {} : goalOf(1500),
        ),
      ),
      ...Object.entries(keys).map(([what, own]) =>
        rowOf([what, own], ['typing, 2 messages', keys['typing, 2 messages']], 'ms', goalOf(50)),
      ),
      ...['website', 'demo'].map((app) =>
        rowOf(
          [`scripts of the ${app}`, [scriptBytes(app)]],
          [`scripts of the ${app}`, [scriptBytes(app)]],
          'B',
          goalOf(100_000),
        ),
      ),
    ]
  } finally {
    await browser.close()
    server.close().closeAllConnections()
  }
}

async function timeToPaint(browser: Browser, url: string): Promise<number> {
  return withPage(browser, async (page) => {
    await throttle(page)
    await page.goto(url)
    await page.waitForTimeout(2000)
    return page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const observer = new PerformanceObserver((list) => resolve(list.getEntries().at(-1)!.startTime))
          observer.observe({ type: 'largest-contentful-paint', buffered: true })
        }),
    )
  })
}

/** Defined in the page: the times of the typed characters. */
declare const keyTimes: readonly number[]

/** Returns the mean time of a typed character. */
async function timeToType(browser: Browser, url: string): Promise<number> {
  return withPage(browser, async (page) => {
    await page.goto(url)
    await page.locator('li.message').first().waitFor()
    await page.locator('#message').fill('Go on')
    await page.keyboard.press('Enter')
    await page.getByText('Answering').waitFor()
    await page.waitForTimeout(1000)
    await throttle(page)
    await page.evaluate(() => {
      const times: number[] = []
      Object.assign(globalThis, { keyTimes: times })
      addEventListener('keydown', ({ timeStamp }) =>
        requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - timeStamp))),
      )
    })
    // One after another, as a person types: a key does not wait for those before it.
    for (let index = 0; index < typed.length; index++) {
      await page.keyboard.type(typed[index]!)
      await page.waitForFunction((count) => keyTimes.length > count, index)
    }
    const times = await page.evaluate(() => keyTimes)
    return times.reduce((sum, each) => sum + each, 0) / times.length
  })
}

async function withPage<Result>(browser: Browser, use: (page: Page) => Promise<Result>): Promise<Result> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  try {
    return await use(await context.newPage())
  } finally {
    await context.close()
  }
}

async function throttle(page: Page): Promise<void> {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: throttling })
}

function scriptBytes(app: string): number {
  const client = join(apps, app, 'dist/client')
  const page = readFileSync(join(client, 'index.html'), 'utf8')
  const scripts = [...page.matchAll(/(?:src|href)="[^"]*(assets\/[^"]+\.js)"/g)].map(([, path]) => path!)
  return scripts.reduce((sum, path) => sum + statSync(join(client, `${path}.br`)).size, 0)
}

/** Answers as the demo's server does, with invented conversations; the website's static pages are below `/website/`. */
async function answer(url: string, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(url, 'http://localhost')
  const name = basename(pathname)
  const json = (data: unknown) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(data))
  if (pathname === '/line') {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>A line of text</p>')
  } else if (pathname === '/api/health/services') json({ services: [] })
  else if (pathname === '/api/v1/ready') json({ status: 'ok', model: 'a model' })
  else if (pathname.startsWith('/api/v1/drift/branches/')) json({ success: true, data: branchesOf(name) })
  else if (/^\/api\/v1\/drift\/conversations\/[^/]+$/.test(pathname))
    json({ success: true, data: conversationOf(name) })
  else if (pathname.startsWith('/api/v1/context/')) json({ success: true, data: contextOf(name) })
  else if (pathname === '/api/v1/drift/route') json({ success: true, data: routed })
  else if (pathname === '/api/v1/llm/chat') await stream(response)
  else serveFile(pathname, response)
}

function serveFile(pathname: string, response: ServerResponse): void {
  const [app, path] = pathname.startsWith('/website/') ? ['website', pathname.slice(8)] : ['demo', pathname]
  const file = join(apps, app, 'dist/client', extname(path) === '' ? 'index.html' : path)
  const link = `</api/v1/drift/conversations/${basename(path)}>; rel=preload; as=fetch; crossorigin`
  const headers = path.startsWith('/c/') ? { link } : {}
  if (existsSync(file))
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'text/html', ...headers }).end(readFileSync(file))
  else response.writeHead(404).end()
}

/** Returns the branches of a conversation `<messages>x<branches>`. */
function branchesOf(conversation: string) {
  const [messages = 0, branches = 0] = conversation.split('x').map(Number)
  return Array.from({ length: branches }, (_, index) => ({
    id: `${conversation}-${index}`,
    topic: `The topic of branch ${index}`,
    messageCount: Math.ceil((messages - index) / branches),
    factCount: 0,
    facts: [],
  }))
}

function conversationOf(conversation: string) {
  const [messages = 0, branches = 0] = conversation.split('x').map(Number)
  return {
    branches: branchesOf(conversation),
    omittedMessages: 0,
    messages: Array.from({ length: messages }, (_, row) => ({
      id: `${conversation}-message-${row}`,
      branchId: `${conversation}-${row % branches}`,
      role: row % 2 === 0 ? 'user' : 'assistant',
      content: `Message ${row}. ${'A sentence as long as most. '.repeat(1 + (row % 6))}`,
      createdAt: new Date(row * 1000).toISOString(),
    })),
  }
}

function contextOf(branchId: string) {
  const { messages } = conversationOf(branchId.split('-')[0]!)
  return { branchId, allFacts: [], messages: messages.filter((message) => message.branchId === branchId) }
}

const routed = {
  action: 'STAY',
  branchId: '2x1-0',
  branchTopic: 'A topic',
  messageId: 'new',
  isNewBranch: false,
  reason: 'it is similar',
  confidence: 1,
}

/** Streams an answer with Markdown until the page leaves. */
async function stream(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const words = 'Some **bold** words and `code` in a sentence that goes on.\n\n- an item\n- another\n\n'.split(/(?<= )/)
  for (let index = 0; !response.destroyed; index++) {
    response.write(`data: ${JSON.stringify({ content: words[index % words.length] })}\n\n`)
    await delay(15)
  }
}
