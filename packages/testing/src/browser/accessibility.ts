import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds against WCAG 2.2 AA in the page as it is now: a line for each rule, with the elements; none is as it should be. */
export async function findAccessibilityFaults(page: Page): Promise<string[]> {
  // By the debugger's way, which the page's content policy does not reach.
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  )
  return violations.map(({ id, impact, help, nodes }) => {
    const elements = nodes.map(({ html, failureSummary }) => `${html} (${failureSummary})`)
    return `${id}, ${impact}: ${help}: ${elements.join('; ')}`
  })
}
