import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest'
import { testEnv } from '../environment.js'
import { findChromium, launchChromium } from './chromium.js'

/** Options for opening a page. */
export interface PageOptions extends BrowserContextOptions {
  /** Console errors that the test causes, for example by stopping a server. */
  readonly expectedErrors?: readonly RegExp[]
}

/** Opens a URL in a new browser context, which is closed when the test ends. */
export type OpenPage = (url: string, options?: PageOptions) => Promise<Page>

/**
 * Runs a `describe` whose tests share one Chromium. Skips it with a message when there is none; fails when `CI` is set.
 *
 * @param tests - receives the function that opens pages. A page fails its test when it throws or logs an error or sends
 *   a request to another host.
 */
export function describeInBrowser(name: string, tests: (openPage: OpenPage) => void): void {
  const executable = findChromium(testEnv)
  const isSkipped = !executable && !testEnv['CI']
  if (isSkipped) console.warn(`skipped: ${name}: Chromium is missing; install it or set CHROMIUM_PATH`)
  // oxlint-disable-next-line vitest/valid-title -- callers pass a literal
  describe.skipIf(isSkipped)(name, () => {
    let browser: Browser
    beforeAll(async () => {
      if (!executable) throw new Error('Chromium is missing. Install the Debian package chromium, or set CHROMIUM_PATH')
      browser = await launchChromium(executable)
    })
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
