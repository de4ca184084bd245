import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

/** Checks the page against WCAG 2.2 AA with axe. Returns a line for each broken rule, with its elements. */
export async function findAccessibilityFaults(page: Page): Promise<string[]> {
  // The debugger runs the script regardless of the page's content security policy.
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  )
  return violations.map(({ id, impact, help, nodes }) => {
    const elements = nodes.map(({ html, failureSummary }) => `${html} (${failureSummary})`)
    return `${id}, ${impact}: ${help}: ${elements.join('; ')}`
  })
}
