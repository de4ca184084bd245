import type { Page } from 'playwright-core'

/**
 * Presses Tab through the page; returns each focused element whose outline is not visible: missing, thinner than two pixels,
 * or with a contrast below 3:1 (WCAG 2.4.13 and 1.4.11).
 */
export async function findInvisibleFocus(page: Page): Promise<string[]> {
  const faults: string[] = []
  for (let presses = 0; presses < 200; presses++) {
    await page.keyboard.press('Tab')
    const focus = await page.evaluate(() => {
      const element = document.activeElement
      if (!element || element === document.body) return undefined
      // Each color as the browser draws it.
      const canvas = document.createElement('canvas').getContext('2d')!
      const luminance = (color: string) => {
        canvas.fillStyle = color
        canvas.fillRect(0, 0, 1, 1)
        const [red = 0, green = 0, blue = 0] = Array.from(canvas.getImageData(0, 0, 1, 1).data, (byte) => {
          const part = byte / 255
          return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
        })
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue
      }
      let parent: Element | null = element.parentElement
      const isClear = (each: Element) => /^rgba\(.*, 0\)$|transparent/.test(getComputedStyle(each).backgroundColor)
      while (parent && isClear(parent)) parent = parent.parentElement
      const { outlineColor, outlineStyle, outlineWidth, opacity } = getComputedStyle(element)
      const back = parent ? getComputedStyle(parent).backgroundColor : 'white'
      const [light = 0, dark = 0] = [luminance(outlineColor), luminance(back)].toSorted((least, most) => most - least)
      const isVisible =
        outlineStyle !== 'none' &&
        Number.parseFloat(outlineWidth) >= 2 &&
        (light + 0.05) / (dark + 0.05) >= 3 &&
        Number(opacity) === 1
      return { isVisible, html: element.outerHTML.slice(0, 100), outline: `${outlineWidth} ${outlineColor} on ${back}` }
    })
    if (!focus) break
    if (!focus.isVisible) faults.push(`${focus.html}: ${focus.outline}`)
  }
  return faults
}
