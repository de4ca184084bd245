import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest'
import { findChromium, launchChromium } from './chromium.js'

/** How a page is opened. */
export interface PageOptions extends BrowserContextOptions {
  /** Texts of errors on the page's console that the test brings about, such as those of a server that it stops. */
  readonly expectedErrors?: readonly RegExp[]
}

/** Opens a page at an address, in a context of its own that the test's end closes. */
export type OpenPage = (url: string, options?: PageOptions) => Promise<Page>

/**
 * A `describe` whose tests run in a real browser, which they share.
 *
 * @param tests - gets the function that opens pages. A page fails its test by an error that it throws or logs, and by
 *   a request to another host than its own.
 */
export function describeInBrowser(name: string, tests: (openPage: OpenPage) => void): void {
  // oxlint-disable-next-line node/no-process-env -- whether there is a browser, and has to be, the machine says when tests are collected
  const { env } = process
  const executable = findChromium(env)
  const isSkipped = !executable && !env['CI']
  if (isSkipped) console.warn(`Skipped for want of Chromium (install it, or set CHROMIUM_PATH): ${name}`)
  // oxlint-disable-next-line vitest/valid-title -- the title is the caller's, who gives a literal
  describe.skipIf(isSkipped)(name, () => {
    let browser: Browser
    beforeAll(async () => {
      if (!executable)
        throw new Error('Chromium is not installed; Debian has it as chromium, CHROMIUM_PATH names another')
      browser = await launchChromium(executable)
    }, 60_000)
    afterAll(() => browser?.close())
    tests((url, options) => openPage(browser, url, options))
  })
}

async function openPage(browser: Browser, url: string, options: PageOptions = {}): Promise<Page> {
  const { expectedErrors = [], ...contextOptions } = options
  const context = await browser.newContext({ reducedMotion: 'reduce', ...contextOptions })
  const faults: string[] = []
  const page = await context.newPage()
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (protocol.startsWith('http') && host !== new URL(url).host) faults.push(`a request to ${request.url()}`)
  })
  onTestFinished(async () => {
    await context.close()
    expect(faults.filter((fault) => !expectedErrors.some((expected) => expected.test(fault)))).toEqual([])
  })
  await page.goto(url)
  return page
}
