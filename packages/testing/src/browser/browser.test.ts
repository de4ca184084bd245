import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { findAccessibilityFaults, findFaultsEverywhere } from './accessibility.js'
import { describeInBrowser } from './describe-in-browser.js'
import { findInvisibleFocus } from './focus.js'
import { measureWeight } from './weight.js'

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const htmlOf = (body: string) =>
  `<!doctype html><html lang="en"><head><title>A page</title><link rel="icon" href="data:,"></head><body><main><h1>A page</h1>${body}</main></body></html>`

function servePage(body: string): Promise<string> {
  return serve((request, response) => {
    const isScript = request.url!.endsWith('.js')
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? `// ${'x'.repeat(5000)}` : htmlOf(body))
  })
}

describeInBrowser('a page in the browser', (openPage) => {
  it('has its text and no accessibility fault', async () => {
    const page = await openPage(await servePage('<p>Here</p>'))
    expect(await page.getByRole('heading').innerText()).toBe('A page')
    expect(await findAccessibilityFaults(page)).toEqual([])
  })

  it('reports accessibility faults', async () => {
    const page = await openPage(await servePage('<input><p style="color: #ccc; background: #fff">Pale</p>'))
    const faults = await findAccessibilityFaults(page)
    expect(faults.map((fault) => fault.split(',')[0])).toEqual(['color-contrast', 'label'])
  })

  it('reports pale text in the dark alone, and a page that is wider than a narrow window', async () => {
    const style =
      '<style>@media (prefers-color-scheme: dark) { p { color: #ccc; background: #fff } } p { width: 400px }</style>'
    const page = await openPage(await servePage(`${style}<p>Pale</p>`))
    const faults = (await findFaultsEverywhere(page)).map((fault) =>
      fault
        .split(/: |, serious/)
        .slice(0, 2)
        .join(' '),
    )
    expect(faults).toEqual([
      '320 px the page is 408 px wide',
      '320 px, dark color-contrast',
      '1280 px, dark color-contrast',
    ])
  })

  it('finds elements that do not show the focus', async () => {
    const page = await openPage(
      await servePage(
        '<style>#b { outline: none } #c { outline: 2px solid #fefefe }</style><button id="a">A</button><button id="b">B</button><a id="c" href="#">C</a>',
      ),
    )
    await page.addStyleTag({ content: '#a:focus-visible { outline: 2px solid #000 }' })
    const faults = await findInvisibleFocus(page)
    expect(faults.map((fault) => /id="(.)"/.exec(fault)![1])).toEqual(['b', 'c'])
  })

  it.fails('fails its test on a request to another host', async () => {
    const page = await openPage(await servePage('<img alt="" src="http://127.0.0.2:1/">'))
    expect(await page.getByRole('heading').innerText()).toBe('A page')
  })

  it.fails('fails its test on a console error', async () => {
    const page = await openPage(await servePage('<script>nobody()</script>'))
    expect(await page.getByRole('heading').innerText()).toBe('A page')
  })

  it('allows the errors that its test expects', async () => {
    const url = await servePage('<script>nobody()</script>')
    const page = await openPage(url, { expectedErrors: [/nobody is not defined/] })
    expect(await page.getByRole('heading').innerText()).toBe('A page')
  })

  it('measures bytes, first paint and layout shift', async () => {
    const still = await openPage(await servePage('<script src="/a.js"></script>'))
    await expect.poll(async () => (await measureWeight(still)).firstPaintMs).toBeGreaterThan(0)
    const { scriptBytes, totalBytes, layoutShift } = await measureWeight(still)
    expect([scriptBytes > 5000, totalBytes > scriptBytes, layoutShift]).toEqual([true, true, 0])

    const moving = await openPage(
      await servePage(
        '<div id="late"></div><p>Below</p><script>setTimeout(() => (late.style.height = "300px"), 300)</script>',
      ),
    )
    await moving.waitForFunction(() => document.querySelector<HTMLElement>('#late')!.offsetHeight > 0)
    await moving.waitForTimeout(200)
    expect((await measureWeight(moving)).layoutShift).toBeGreaterThan(0)
  })
})
