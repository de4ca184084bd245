export { findAccessibilityFaults } from './accessibility.js'
export { describeInBrowser, type OpenPage, type PageOptions } from './describe-in-browser.js'
export { measureWeight, slowDown, type PageWeight } from './weight.js'
export type { Locator, Page } from 'playwright-core'
