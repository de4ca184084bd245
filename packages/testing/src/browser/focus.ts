import type { Page } from 'playwright-core'

/**
 * Focuses each element that Tab reaches, as after a key; returns those whose outline is not visible: missing, thinner than two
 * pixels, or with a contrast below 3:1 (WCAG 2.4.13 and 1.4.11).
 */
export async function findInvisibleFocus(page: Page): Promise<string[]> {
  // After a key, the browser shows the focus that a script sets.
  await page.keyboard.press('Tab')
  return page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
    /** Returns the luminance of a color as the browser draws it. */
    const luminance = (color: string) => {
      canvas.fillStyle = color
      canvas.fillRect(0, 0, 1, 1)
      const [red = 0, green = 0, blue = 0] = Array.from(canvas.getImageData(0, 0, 1, 1).data, (byte) => {
        const part = byte / 255
        return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- this function runs in the browser without its module
    const isClear = (each: Element) => /^rgba\(.*, 0\)$|transparent/.test(getComputedStyle(each).backgroundColor)
    const faults: string[] = []
    let count = 0
    for (const element of document.querySelectorAll<HTMLElement>(
      'a, button, input, textarea, select, summary, [tabindex]',
    )) {
      if (element.tabIndex < 0 || !element.checkVisibility()) continue
      element.focus()
      if (document.activeElement !== element) continue
      count++
      let parent = element.parentElement
      while (parent && isClear(parent)) parent = parent.parentElement
      const { outlineColor, outlineStyle, outlineWidth, opacity } = getComputedStyle(element)
      const back = parent ? getComputedStyle(parent).backgroundColor : 'white'
      const [light = 0, dark = 0] = [luminance(outlineColor), luminance(back)].toSorted((least, most) => most - least)
      const isVisible =
        element.matches(':focus-visible') &&
        outlineStyle !== 'none' &&
        Number.parseFloat(outlineWidth) >= 2 &&
        (light + 0.05) / (dark + 0.05) >= 3 &&
        Number(opacity) === 1
      if (!isVisible) faults.push(`${element.outerHTML.slice(0, 100)}: ${outlineWidth} ${outlineColor} on ${back}`)
    }
    return count > 0 ? faults : ['no element can have the focus']
  })
}

/** Runs `findInvisibleFocus` narrow and wide, in light, dark and forced colours. Returns a line for each fault. */
export async function findInvisibleFocusEverywhere(
  page: Page,
  widths: readonly number[] = [320, 1280],
): Promise<string[]> {
  const faults: string[] = []
  const { height } = page.viewportSize()!
  for (const width of widths) {
    await page.setViewportSize({ width, height })
    for (const media of [
      { colorScheme: 'light' },
      { colorScheme: 'dark' },
      { colorScheme: 'light', forcedColors: 'active' },
    ] as const) {
      await page.emulateMedia({ forcedColors: 'none', ...media })
      faults.push(...(await findInvisibleFocus(page)).map((fault) => `${width} px, ${JSON.stringify(media)}: ${fault}`))
    }
  }
  return faults
}
