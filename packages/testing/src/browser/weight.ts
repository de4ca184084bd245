import type { Page } from 'playwright-core'

/** What a page cost its reader. */
export interface PageWeight {
  /** JavaScript as it came over the wire, in bytes. */
  readonly scriptBytes: number
  /** Everything as it came over the wire, in bytes. */
  readonly totalBytes: number
  /** From the start of navigation to the first content on the screen, in milliseconds. */
  readonly firstPaintMs: number
  /** The cumulative layout shift, without a unit (web.dev, CLS): 0 is a page that stands still. */
  readonly layoutShift: number
}

/** What the browser's performance API says of the page so far. */
export function measureWeight(page: Page): Promise<PageWeight> {
  return page.evaluate(() => {
    const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- the browser sees this function alone
    const sum = (entries: PerformanceResourceTiming[]) => entries.reduce((total, each) => total + each.transferSize, 0)
    const shifts = new PerformanceObserver(() => undefined)
    shifts.observe({ type: 'layout-shift', buffered: true })
    return {
      scriptBytes: sum(resources.filter(({ name }) => new URL(name).pathname.endsWith('.js'))),
      totalBytes: sum([...resources, navigation!]),
      firstPaintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
      layoutShift: shifts
        .takeRecords()
        .filter((shift) => !(shift as unknown as { hadRecentInput: boolean }).hadRecentInput)
        .reduce((total, shift) => total + (shift as unknown as { value: number }).value, 0),
    }
  })
}

/** Lets the page's thread have one part in `times` of the processor's time, as a slow machine would. */
export async function slowDown(page: Page, times: number): Promise<void> {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: times })
}
