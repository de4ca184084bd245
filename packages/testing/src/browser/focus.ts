import type { Page } from 'playwright-core'

/** The most elements that a page may have in its Tab order. */
const longestOrder = 400

/**
 * Presses Tab through the page; returns the elements whose outline is not visible: missing, thinner than two pixels, clipped by
 * a box around it, or with a contrast below 3:1 (WCAG 2.4.13 and 1.4.11).
 */
export async function findInvisibleFocus(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    getSelection()?.collapse(document.body, 0)
  })
  const faults: string[] = []
  for (let count = 0; count < longestOrder; count++) {
    await page.keyboard.press('Tab')
    const look = await page.evaluate(inspectFocus, count === 0)
    if (look === undefined) return count > 0 ? faults : ['no element can have the focus']
    faults.push(...look)
  }
  return [`Tab does not leave the page after ${longestOrder} elements`]
}

/** Runs in the browser: returns the fault of the focused element, or undefined at the end of the Tab order. */
function inspectFocus(isFirst: boolean): string[] | undefined {
  const page = globalThis as { firstFocused?: Element }
  const element = document.activeElement
  if (!(element instanceof HTMLElement) || element === document.body) return undefined
  if (isFirst) page.firstFocused = element
  else if (element === page.firstFocused) return undefined
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
  const { outlineColor, outlineStyle, outlineWidth, outlineOffset, opacity } = getComputedStyle(element)
  const reach = Number.parseFloat(outlineWidth) + Number.parseFloat(outlineOffset)
  // A negative offset draws the outline on the element itself.
  let behind: Element | null = reach > 0 ? element.parentElement : element
  while (behind && isClear(behind)) behind = behind.parentElement
  const back = behind ? getComputedStyle(behind).backgroundColor : 'white'
  const [light = 0, dark = 0] = [luminance(outlineColor), luminance(back)].toSorted((least, most) => most - least)
  const box = element.getBoundingClientRect()
  let isClipped = false
  for (let parent = element.parentElement; parent && parent !== document.body; parent = parent.parentElement) {
    if (getComputedStyle(parent).overflow === 'visible') continue
    const around = parent.getBoundingClientRect()
    const distances = [
      box.left - around.left,
      around.right - box.right,
      box.top - around.top,
      around.bottom - box.bottom,
    ]
    isClipped ||= distances.some((distance) => distance < reach - 0.5)
  }
  const isVisible =
    element.matches(':focus-visible') &&
    outlineStyle !== 'none' &&
    Number.parseFloat(outlineWidth) >= 2 &&
    (light + 0.05) / (dark + 0.05) >= 3 &&
    Number(opacity) === 1 &&
    !isClipped
  return isVisible
    ? []
    : [`${element.outerHTML.slice(0, 100)}: ${outlineWidth} ${outlineColor} on ${back}${isClipped ? ', clipped' : ''}`]
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
