import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const everything = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/**
 * Checks the page against WCAG 2.2 AA with axe. Returns a line for each broken rule, with its elements.
 *
 * @param only - tags or rules to check instead of all, such as `color-contrast`
 */
export async function findAccessibilityFaults(page: Page, only: readonly string[] = everything): Promise<string[]> {
  // The debugger runs the script regardless of the page's content security policy.
  if (!(await page.evaluate(`'axe' in window`))) await page.evaluate(axe.source)
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run({ runOnly: ${JSON.stringify(only)}, resultTypes: ['violations'] })`,
  )
  return violations.map(({ id, impact, help, nodes }) => {
    const elements = nodes.map(({ html, failureSummary }) => `${html} (${failureSummary})`)
    return `${id}, ${impact}: ${help}: ${elements.join('; ')}`
  })
}

/** Checks the page narrow and wide, in light and dark, and whether it is as wide as its window. Returns a line for each fault. */
export async function findFaultsEverywhere(page: Page, widths: readonly number[] = [320, 1280]): Promise<string[]> {
  const faults: string[] = []
  const { height } = page.viewportSize()!
  for (const [index, width] of widths.entries()) {
    await page.setViewportSize({ width, height })
    const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth)
    if (scrollWidth > width) faults.push(`${width} px: the page is ${scrollWidth} px wide`)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      // Between light and dark only colours differ.
      const isWhole = (colorScheme === 'light') === (index % 2 === 0)
      const found = await findAccessibilityFaults(page, isWhole ? everything : ['color-contrast'])
      faults.push(...found.map((fault) => `${width} px, ${colorScheme}: ${fault}`))
    }
  }
  return faults
}
