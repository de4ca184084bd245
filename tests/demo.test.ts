import { readdir, readFile, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { baseUrl, checkServices } from '@driftos/ports/playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  describeInBrowser,
  findAccessibilityFaults,
  findFaultsEverywhere,
  findInvisibleFocusEverywhere,
  measureWeight,
  slowDown,
  type OpenPage,
  type Page,
} from '../packages/testing/src/browser/index.js'
import { manageBuiltProcess } from './built-process.js'
import { startFakeModel } from './fake-model.js'
import { findFreeOffset, portAt, withoutEnvFile } from './free-offset.js'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The browser's errors for failed answers that a test causes. */
const failedAnswers = [/Failed to load resource/]

let offset: string
let processes: Record<'postgres' | 'core' | 'embed' | 'gateway' | 'demo', ReturnType<typeof manageBuiltProcess>>
let origin: string

// The first start of a database writes half a gigabyte.
beforeAll(async () => {
  offset = await findFreeOffset()
  const env = { DRIFTOS_PORT_OFFSET: offset }
  processes = {
    postgres: manageBuiltProcess('packages/dev-postgres', env),
    core: manageBuiltProcess('apps/core', env),
    embed: manageBuiltProcess('apps/embed', env),
    gateway: manageBuiltProcess('apps/gateway', env),
    demo: manageBuiltProcess('apps/demo', env),
  }
  for (const service of Object.values(processes)) service.start()
  const playwright = { env: { ...withoutEnvFile, ...env }, cwd: root, timeoutMs: 20_000 }
  origin = baseUrl('demo', playwright)
  await allAnswer()
  await checkServices('postgres', 'core', 'embed', 'gateway', 'demo', playwright)
})

afterAll(async () => {
  await Promise.all(Object.values(processes).map((service) => service.kill()))
  await rm(`${root}/.driftos/postgres-${portAt('postgres', offset)}`, { recursive: true, force: true })
})

afterEach(() => {
  const faults = Object.values(processes).flatMap((service) => service.fault() ?? [])
  if (faults.length > 0) throw new Error(faults.join('\n'))
})

/** Waits until core can reach its database and embed. */
async function allAnswer(): Promise<void> {
  const urls = [
    `${origin}/api/v1/ready`,
    `${origin}/api/v1/drift/branches/x`,
    `http://localhost:${portAt('embed', offset)}/ready`,
  ]
  const ask = async () => {
    const answers = await Promise.all(urls.map((url) => fetch(url)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  }
  await vi.waitFor(ask, { timeout: 120_000, interval: 200 })
}

const expectSoon = <Value>(read: () => Value | Promise<Value>) => expect.poll(read)

const boxOf = (page: Page) => page.getByRole('textbox', { name: 'Message' })
const rowsOf = (page: Page) => page.getByRole('region', { name: 'Messages' }).locator('li.message')
const statusOf = (page: Page) => page.getByRole('status').first()
const branchesOf = (page: Page) => page.getByRole('region', { name: 'Branches' })
const contextOf = (page: Page) => page.getByRole('region', { name: 'Context' })

/** Waits until this many messages have branches and none is pending. */
async function landed(page: Page, count: number): Promise<void> {
  await expectSoon(() => rowsOf(page).locator('.tag').count()).toBe(count)
  await expectSoon(() => rowsOf(page).count()).toBe(count)
}

async function send(page: Page, ...contents: string[]): Promise<void> {
  const before = await rowsOf(page).count()
  for (const [index, content] of contents.entries()) {
    await boxOf(page).fill(content)
    await boxOf(page).press('Enter')
    await landed(page, before + index + 1)
  }
}

async function actionsOf(page: Page): Promise<string[]> {
  return rowsOf(page).locator('.tag').allInnerTexts()
}

const pasta = 'Tell me about cooking pasta with a tomato sauce'
const car = 'Completely different topic: the brakes of my car make a noise'
const pastaAgain = 'Which sauce goes with pasta and spaghetti?'

describeInBrowser('the demo', (openPage) => {
  const open = (path = '/', options?: Parameters<OpenPage>[1]) => openPage(origin + path, options)

  it('has no accessibility faults, narrow or wide, light or dark, and fits', async () => {
    const page = await open('/')
    await expectSoon(() => statusOf(page).innerText()).toMatch(/^Routing only/)
    expect(await findFaultsEverywhere(page)).toEqual([])
    await send(page, pasta, car, `${pastaAgain} ${'word '.repeat(300)}`, 'unbroken'.repeat(60))
    expect(await findFaultsEverywhere(page)).toEqual([])
    await page.setViewportSize({ width: 320, height: 740 })
    for (const view of ['Branches', 'Context']) {
      await page.getByRole('radio', { name: view }).check()
      expect(await findFaultsEverywhere(page, [320])).toEqual([])
    }
  })

  it.each([320, 360, 768, 1280])('is small, and has no layout shift while it loads, %i px wide', async (width) => {
    const page = await open()
    await page.setViewportSize({ width, height: 740 })
    await send(page, pasta, car)
    for (const times of [1, 10]) {
      await slowDown(page, times)
      await page.reload()
      await landed(page, 2)
      await expectSoon(() => statusOf(page).innerText()).toMatch(/^Routing only/)
      const { scriptBytes, layoutShift } = await measureWeight(page)
      expect(layoutShift).toBeLessThan(0.01)
      expect(await compressed(scriptBytes)).toBeLessThan(100_000)
    }
  })

  it.each([
    [1280, 740],
    [1280, 400],
    [360, 740],
    [360, 420],
    [640, 320],
  ])('opens a long conversation at its end, in a window of %d by %d pixels', async (width, height) => {
    const id = `long-${width}-${height}`
    for (let index = 0; index < 30; index++) {
      const body = {
        conversationId: id,
        content: `Message ${index} about pasta`,
        role: index % 2 ? 'assistant' : 'user',
      }
      const response = await fetch(`${origin}/api/v1/drift/route`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      expect(response.status).toBe(200)
    }
    const page = await open('/', { viewport: { width, height } })
    const requests: string[] = []
    page.on('request', (request) => requests.push(new URL(request.url()).pathname))
    await page.goto(`${origin}/c/${id}`)
    await landed(page, 30)
    expect(requests.filter((path) => /conversations\/[^/]+$|context/.test(path))).toEqual([
      `/api/v1/drift/conversations/${id}`,
    ])
    expect(await rowsOf(page).first().textContent()).toContain('Message 0 ')
    const end = await rowsOf(page).last().boundingBox()
    expect(end!.y).toBeGreaterThan(0)
    expect(end!.y + end!.height).toBeLessThan(height)
  })

  it('shows that a conversation is being read when that takes long', async () => {
    const page = await open()
    await send(page, pasta)
    let answer = () => {}
    await page.route('**/drift/conversations/*', async (route) => {
      await new Promise<void>((resolve) => (answer = resolve))
      await route.continue()
    })
    await page.reload()
    await page.getByText('Reading the conversation…').waitFor()
    expect(await findAccessibilityFaults(page)).toEqual([])
    answer()
    await landed(page, 1)
  })

  it('shows how many messages the server omits', async () => {
    const page = await open()
    await send(page, pasta, car)
    expect(await page.getByText('Earlier messages').count()).toBe(0)
    await page.route('**/drift/conversations/*', async (route) => {
      const response = await route.fetch()
      const { data, ...rest } = (await response.json()) as { data: { messages: unknown[] } }
      const json = { ...rest, data: { ...data, messages: data.messages.slice(1), omittedMessages: 1 } }
      await route.fulfill({ response, json })
    })
    await page.reload()
    await landed(page, 1)
    await page.getByText('Earlier messages that are not shown: 1.').waitFor()
    expect(await findAccessibilityFaults(page)).toEqual([])
  })

  it('plays its samples, which stay, branch and route back', async () => {
    const page = await open()
    const samples = page.locator('.samples button')
    expect(await samples.count()).toBe(3)
    for (let index = 0; index < 3; index++) {
      const count = Number.parseInt(await samples.nth(index).locator('small').innerText(), 10)
      await samples.nth(index).click()
      if (index === 0) {
        await page.getByRole('button', { name: 'Next message' }).click()
        await landed(page, 1)
        await page.getByRole('button', { name: 'Play all' }).click()
        await landed(page, 2)
        await page.getByRole('button', { name: 'Pause' }).click()
      }
      // Playing pauses between two messages.
      if (index === 0) await page.getByRole('button', { name: 'Play all' }).click()
      else
        for (let landedCount = 1; landedCount <= count; landedCount++) {
          await page.getByRole('button', { name: 'Next message' }).click()
          await landed(page, landedCount)
        }
      await expectSoon(() => rowsOf(page).locator('.tag').count()).toBe(count)
      expect(new Set(await actionsOf(page))).toEqual(new Set(['STAY', 'BRANCH', 'ROUTE']))
      await page.getByRole('link', { name: 'New conversation' }).click()
    }
    const earlier = page.getByRole('region', { name: 'Conversation' }).getByRole('link')
    expect(await earlier.count()).toBe(3)
    await earlier.last().click()
    await landed(page, 7)
    expect(await branchesOf(page).locator('.tree .tree').count()).toBe(1)
  })

  it('can be used by keyboard alone', async () => {
    const page = await open()
    await tabTo(page, 'Message')
    await page.keyboard.type('One line')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('and another')
    await page.keyboard.press('Enter')
    await landed(page, 1)
    expect(await rowsOf(page).locator('.text').innerText()).toBe('One line\nand another')
    await page.keyboard.type(car)
    await page.keyboard.press('Enter')
    await landed(page, 2)
    expect(await page.locator('output').last().innerText()).toMatch(/^New branch “Completely different topic/)

    await page.keyboard.press('Control+Home')
    await tabTo(page, /^1 One line/)
    await page.keyboard.press('Enter')
    await expectSoon(() => contextOf(page).innerText()).toContain('1 of 2 messages')
    await tabTo(page, /^Pin messages to One line/)
    await page.keyboard.press('Space')
    await expectSoon(() => page.locator('#message-hint').innerText()).toMatch(/^Pinned to One line/)
    await tabTo(page, /^Delete the branch One line/)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    expect(await focusedName(page)).toMatch(/^Delete the branch One line/)
    await page.keyboard.press('Enter')
    await tabTo(page, 'Delete')
    await page.keyboard.press('Enter')
    await landed(page, 1)
    await expectSoon(() => focusedName(page)).toBe('Branches')
    expect(await page.locator('#message-hint').innerText()).toMatch(/^Routed by topic/)
  })

  it('asks again at once after its question is closed', async () => {
    const page = await open()
    await send(page, pasta)
    const question = page.getByRole('dialog')
    await branchesOf(page)
      .getByRole('button', { name: /^Delete the branch/ })
      .click()
    await question.waitFor()
    await question.evaluate((dialog: HTMLDialogElement) => {
      dialog.close()
      const button = document.activeElement as HTMLElement
      button.click()
    })
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
    expect(await question.isVisible()).toBe(true)
    await question.getByRole('button', { name: 'Keep' }).click()
    await question.waitFor({ state: 'hidden' })
  })

  it('shows a branch, pins to it, and unpins', async () => {
    const page = await open()
    await send(page, `My budget is 900 euros. ${pasta}`, car)
    const [first, second] = [branchesOf(page).getByRole('link').first(), branchesOf(page).getByRole('link').nth(1)]
    expect(await second.getAttribute('aria-current')).toBe('true')
    await first.click()
    expect(await first.getAttribute('aria-current')).toBe('true')
    expect(await contextOf(page).innerText()).toMatch(/1 of 2 messages, about \d+ of \d+ tokens\s+\d+ % less/)
    await contextOf(page).getByRole('button', { name: 'Find facts' }).click()
    await expectSoon(() => contextOf(page).getByRole('row').nth(1).innerText()).toMatch(/budget.*900 euros.*60 %/s)

    await branchesOf(page)
      .getByRole('button', { name: /^Pin messages to My budget/ })
      .click()
    await send(page, 'The brakes of the car again, and the wheels')
    expect(await rowsOf(page).last().innerText()).toMatch(
      /ROUTE\s+Back to\s+1 My budget.*100 % sure: pinned by the client/s,
    )
    await page.locator('form').getByRole('button', { name: 'Unpin' }).click()
    await send(page, 'The brakes of the car, and the wheels of the car')
    expect((await actionsOf(page)).at(-1)).not.toBe('BRANCH')
    expect(await rowsOf(page).last().innerText()).not.toContain('pinned')
  })

  it('keeps its conversation and branch in the URL, for reloads and the back button', async () => {
    const page = await open()
    await send(page, pasta, car, pastaAgain)
    const actions = await actionsOf(page)
    const [one, two] = [branchesOf(page).getByRole('link').first(), branchesOf(page).getByRole('link').nth(1)]
    expect(new URL(page.url()).pathname).toMatch(/^\/c\/[\da-f-]{36}$/)
    await two.click()
    await page.reload()
    await landed(page, 3)
    expect(await actionsOf(page)).toEqual(actions)
    expect(await two.getAttribute('aria-current')).toBe('true')
    await page.goBack()
    await expectSoon(() => one.getAttribute('aria-current')).toBe('true')
    await page.goBack()
    await page.getByRole('heading', { name: 'Samples to play' }).waitFor()
    await page.goForward()
    await landed(page, 3)

    const other = await open(new URL(page.url()).pathname)
    await landed(other, 3)
    expect(await other.title()).toBe(`${pasta} – DriftOS demo`)
  })

  it('deletes a conversation from the server and the browser', async () => {
    const page = await open()
    await send(page, pasta)
    const { pathname } = new URL(page.url())
    await page.getByRole('button', { name: 'Delete conversation' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click()
    await page.getByRole('button', { name: 'Delete conversation' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('heading', { name: 'Samples to play' }).waitFor()
    await expectSoon(() => focusedName(page)).toBe('Message')
    expect(await page.getByText('Recent conversations').count()).toBe(0)
    await page.goto(origin + pathname)
    await page.getByText('This conversation has no messages').waitFor()
  })

  it('shows text as text, and long text folded', async () => {
    const page = await open()
    const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script><b>bold</b> &amp;'
    await send(page, markup, 'x'.repeat(10_000))
    expect(await rowsOf(page).first().locator('.text').innerText()).toBe(markup)
    expect(await page.locator('main img, main script, main b').count()).toBe(0)
    expect(await page.title()).toContain('<img')
    const details = rowsOf(page).last().locator('details')
    expect(await details.locator('summary').innerText()).toMatch(/^x{300}… 10,000 characters$/)
    await details.locator('summary').click()
    expect(await details.innerText()).toContain('x'.repeat(10_000))
  })

  it('shows why a message is refused, and keeps it', async () => {
    const page = await open('/', { expectedErrors: failedAnswers })
    await boxOf(page).fill('x'.repeat(110_000))
    await boxOf(page).press('Enter')
    await expectSoon(() => rowsOf(page).innerText()).toMatch(/Not sent.*too long for the service/s)
    await page.getByRole('button', { name: 'Back into the box' }).click()
    expect((await boxOf(page).inputValue()).length).toBe(110_000)

    const body = JSON.stringify({ success: false, error: { code: 'TOO_MANY_REQUESTS', message: 'slower, please' } })
    const headers = { 'content-type': 'application/json', 'retry-after': '7' }
    await page.route('**/drift/route', (route) => route.fulfill({ status: 429, headers, body }), { times: 1 })
    await boxOf(page).fill('Hello')
    await boxOf(page).press('Enter')
    await expectSoon(() => rowsOf(page).innerText()).toMatch(/Not sent.*try again in 7 s/s)
    await page.getByRole('button', { name: 'Retry' }).click()
    await landed(page, 1)
  })

  it.each([
    ['by a retry', true],
    ['by an event of the server', false],
  ])(
    'sends nothing twice, neither after a double submit nor after a lost answer that is repaired %s',
    async (_, isDeaf) => {
      const page = await open('/', { expectedErrors: failedAnswers })
      if (isDeaf) await page.route('**/events', (route) => route.abort())
      await boxOf(page).fill('Hello')
      await page.evaluate(() => {
        const form = document.querySelector('form')!
        form.requestSubmit()
        form.requestSubmit()
      })
      await landed(page, 1)
      await page.route(
        '**/drift/route',
        async (route) => {
          await route.fetch()
          await route.abort()
        },
        { times: 1 },
      )
      await boxOf(page).fill('Hello again')
      await boxOf(page).press('Enter')
      if (isDeaf) await page.getByRole('button', { name: 'Retry' }).click()
      await landed(page, 2)
      await page.reload()
      await landed(page, 2)
      expect(await rowsOf(page).locator('.text').allInnerTexts()).toEqual(['Hello', 'Hello again'])
    },
  )

  it('loses and duplicates nothing when the gateway is killed', async () => {
    const page = await open('/', { expectedErrors: failedAnswers })
    await send(page, pasta)
    await processes.gateway.kill()
    for (const content of [car, pastaAgain]) {
      await boxOf(page).fill(content)
      await boxOf(page).press('Enter')
    }
    await expectSoon(() => statusOf(page).innerText()).toMatch(/^Down: the gateway/)
    expect(await rowsOf(page).nth(1).innerText()).toMatch(/Not sent.*Gateway is not reachable.*GATEWAY_PORT/s)
    expect(await rowsOf(page).nth(2).innerText()).toContain('Waiting for earlier messages')
    expect(await findAccessibilityFaults(page)).toEqual([])

    processes.gateway.start()
    await expectSoon(() => statusOf(page).innerText()).toMatch(/^Routing only/)
    // Both go out by themselves.
    await landed(page, 3)
    await page.reload()
    await landed(page, 3)
    expect(await rowsOf(page).locator('.text').allInnerTexts()).toEqual([pasta, car, pastaAgain])
  })

  it('reports that the database or embed is down, and recovers', async () => {
    const page = await open('/', { expectedErrors: failedAnswers })
    await send(page, pasta)
    await processes.embed.kill()
    await send(page, car)
    expect((await actionsOf(page)).at(-1)).toBe('STAY')
    await expectSoon(() => statusOf(page).innerText()).toMatch(/^Down: embed\. Messages stay/)
    await processes.postgres.kill()
    await boxOf(page).fill(pastaAgain)
    await boxOf(page).press('Enter')
    await expect.poll(() => rowsOf(page).last().innerText()).toContain('The database does not answer')
    await expectSoon(() => statusOf(page).innerText()).toMatch(/^Down: embed and the database/)
    await page.reload()
    await page.getByText('This conversation cannot be read.').waitFor()
    expect(await findAccessibilityFaults(page)).toEqual([])
    processes.postgres.start()
    processes.embed.start()
    await allAnswer()
    await landed(page, 2)
    await expectSoon(() => statusOf(page).innerText()).toMatch(/^Routing only/)
  })

  it('keeps the draft of each conversation across a reload', async () => {
    const page = await open()
    await send(page, 'Hello')
    await boxOf(page).fill('not sent yet')
    await page.reload()
    await landed(page, 1)
    expect(await boxOf(page).inputValue()).toBe('not sent yet')
    await page.getByRole('link', { name: 'New conversation' }).click()
    expect(await boxOf(page).inputValue()).toBe('')
    await page.goBack()
    await expectSoon(() => boxOf(page).inputValue()).toBe('not sent yet')
    await boxOf(page).press('Enter')
    await landed(page, 2)
    await page.reload()
    await landed(page, 2)
    expect(await boxOf(page).inputValue()).toBe('')
  })

  it('shows a message that was sent in another window of the browser', async () => {
    const page = await open()
    await send(page, 'Hello')
    const other = await page.context().newPage()
    await other.goto(page.url())
    await landed(other, 1)
    await send(other, 'Hello from the other window')
    await landed(page, 2)
    // A browser does not lay out a row beyond the window of a page in the background.
    expect(await rowsOf(page).last().textContent()).toContain('Hello from the other window')
  })

  it('shows a message that was sent in another browser', async () => {
    const page = await open()
    await send(page, 'Hello')
    const other = await open(new URL(page.url()).pathname)
    await landed(other, 1)
    await send(other, 'Hello from the other browser')
    await landed(page, 2)
    expect(await rowsOf(page).last().textContent()).toContain('Hello from the other browser')
  })

  it('shows which element has the keyboard focus', async () => {
    const page = await open('/')
    await expectSoon(() => statusOf(page).innerText()).toMatch(/^Routing only/)
    expect(await findInvisibleFocusEverywhere(page)).toEqual([])
    await send(page, pasta)
    expect(await findInvisibleFocusEverywhere(page)).toEqual([])
  })

  it('opens with damaged browser storage', async () => {
    const page = await open()
    await page.evaluate(() => localStorage.setItem('driftos-demo-conversations', '{"id":'))
    await page.reload()
    await send(page, 'Hello')
    await page.getByRole('link', { name: 'New conversation' }).click()
    await page.getByRole('link', { name: 'Hello' }).waitFor()
    expect(await page.getByText('Recent conversations').count()).toBe(1)
  })

  it('explains that there is no model, and how to set one', async () => {
    const page = await open()
    await expectSoon(() => statusOf(page).innerText()).toBe('Routing only: no model, so no answers.')
    await page.getByRole('button', { name: 'Set a model' }).click()
    expect(await page.getByRole('dialog').innerText()).toContain('LLM_MODEL')
    expect(await findAccessibilityFaults(page)).toEqual([])
  })

  describe('with a model', () => {
    let model: Awaited<ReturnType<typeof startFakeModel>>

    async function restartCore(env: Record<string, string>): Promise<void> {
      await processes.core.kill()
      processes.core.start(env)
      await allAnswer()
    }

    beforeAll(async () => {
      model = await startFakeModel()
      await restartCore(model.env)
    })

    afterAll(async () => {
      await restartCore({})
      model.stop()
    })

    it('streams its answer, and keeps it in the branch', async () => {
      const page = await open()
      await expectSoon(() => statusOf(page).innerText()).toBe('The model test-model decides and answers.')
      await boxOf(page).fill('Hello')
      await boxOf(page).press('Enter')
      await landed(page, 2)
      expect(await rowsOf(page).last().innerText()).toMatch(/^Model\s+STAY.*You said Hello\./s)
      expect(model.asked.at(-1)!.messages).toEqual([{ role: 'user', content: 'Hello' }])
      await page.reload()
      await landed(page, 2)
      expect(await rowsOf(page).last().innerText()).toMatch(/^Model.*You said Hello\./s)
    })

    it('shows the Markdown of an answer, without its HTML, and asks again for one that is missing', async () => {
      const page = await open('/', { expectedErrors: failedAnswers })
      const text =
        '**bold** <b>no</b>\n\n- [link](https://example.com) [bad](javascript:alert(1)) ![image](https://example.com/x.png)\n\n```js\nlet x = "<i>"\n```'
      const body = `data: ${JSON.stringify({ content: text })}\n\ndata: [DONE]\n\n`
      // The route that was added last comes first.
      await page.route('**/llm/chat', (route) => route.fulfill({ contentType: 'text/event-stream', body }), {
        times: 1,
      })
      await page.route('**/llm/chat', (route) => route.fulfill({ status: 503, body: '{}' }), { times: 1 })
      await boxOf(page).fill('Hello')
      await boxOf(page).press('Enter')
      await page.getByRole('button', { name: 'Dismiss' }).click()
      await page.getByRole('button', { name: 'Ask for an answer' }).click()
      await landed(page, 2)
      const answer = rowsOf(page).last().locator('.text')
      expect(await answer.locator('strong').innerText()).toBe('bold')
      expect(await answer.locator('b, i, img, script').count()).toBe(0)
      expect(await answer.locator('a').evaluateAll((all) => all.map((a) => a.getAttribute('href')))).toEqual([
        'https://example.com',
        'https://example.com/x.png',
      ])
      expect(await answer.locator('pre').innerText()).toContain('let x = "<i>"')
      expect(await findAccessibilityFaults(page)).toEqual([])
    })

    it('can be stopped and keeps the text so far', async () => {
      const page = await open()
      await boxOf(page).fill('Please go on')
      await boxOf(page).press('Enter')
      await expectSoon(() => rowsOf(page).last().innerText()).toMatch(/^Model\s+Answering….*You said/s)
      await page.getByRole('button', { name: 'Stop' }).click()
      await landed(page, 2)
      expect(await rowsOf(page).last().locator('.text').innerText()).toBe('You said')
    })

    it('shows the text before it broke off, and can be retried', async () => {
      const page = await open()
      await boxOf(page).fill('Please break off')
      await boxOf(page).press('Enter')
      const reply = rowsOf(page).last()
      await expectSoon(() => reply.innerText()).toMatch(/The answer is incomplete.*You said.*broke off/s)
      expect(await findAccessibilityFaults(page)).toEqual([])
      const before = model.asked.length
      await page.getByRole('button', { name: 'Ask again' }).click()
      await expectSoon(() => model.asked.length).toBe(before + 1)
      await page.getByRole('button', { name: 'Dismiss' }).click()
      await landed(page, 1)
    })
  })
})

/** Returns the compressed size of the scripts. */
async function compressed(transferred: number): Promise<number> {
  const assets = `${root}/apps/demo/dist/client/assets`
  const names = (await readdir(assets)).filter((name) => name.endsWith('.js'))
  const files = await Promise.all(names.map((name) => readFile(`${assets}/${name}`)))
  const plain = files.reduce((sum, { length }) => sum + length, 0)
  return transferred < plain ? transferred : files.reduce((sum, file) => sum + gzipSync(file).length, 0)
}

/** Returns the label or text of the focused element. */
function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLInputElement | null
    return element?.getAttribute('aria-label') ?? element?.labels?.[0]?.innerText ?? element?.textContent ?? ''
  })
}

/** Presses Tab until an element has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    const focused = (await focusedName(page)).trim()
    if (typeof name === 'string' ? focused === name : name.test(focused)) return
  }
  throw new Error(`Tab does not reach ${String(name)}`)
}
