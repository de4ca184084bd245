// Writes docs/website-light.png and docs/website-dark.png: the first screen of the website of the stack that runs.
import { fileURLToPath } from 'node:url'
import { baseUrl } from '@driftos/ports/playwright'
import { isPortOpen } from '@driftos/ports/probe'
import { findChromium, launchChromium } from '../packages/testing/src/browser/chromium.js'

const url = baseUrl('website')
const chromium = findChromium(process.env)
if (!chromium) throw new Error('Chromium is missing: install it, or set CHROMIUM_PATH')
if (!(await isPortOpen(Number(new URL(url).port))))
  throw new Error(`Nothing listens at ${url}: run \`pnpm start\` first`)

const browser = await launchChromium(chromium)
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
    await page.goto(url)
    // The states arrive after the page.
    await page.getByText('All services are up').first().waitFor()
    const path = fileURLToPath(new URL(`../docs/website-${colorScheme}.png`, import.meta.url))
    await page.screenshot({ path })
    console.log(`wrote ${path}`)
  }
} finally {
  await browser.close()
}
