import type { Page } from 'playwright-core'

/** The size and speed of a loaded page. */
export interface PageWeight {
  /** Transferred JavaScript, in bytes. */
  readonly scriptBytes: number
  /** All transferred data, in bytes. */
  readonly totalBytes: number
  /** From navigation start to first contentful paint, in milliseconds. */
  readonly firstPaintMs: number
  /** The cumulative layout shift (CLS, without a unit): 0 when nothing moves. */
  readonly layoutShift: number
}

/** Reads a page's size and speed from the browser's performance API. */
export function measureWeight(page: Page): Promise<PageWeight> {
  return page.evaluate(() => {
    const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- this function runs in the browser without its module
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

/** Throttles the page's CPU by a factor. */
export async function slowDown(page: Page, times: number): Promise<void> {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: times })
}
