import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest } from 'vite'
import type { Assets } from './page/document.js'

/** The path of the page's script in the app's directory. */
export const pageEntry = 'src/page/main.tsx'

/** Reads the files of the page, from the root of the site, from the manifest in Vite's output directory. */
export function readAssets(client: string): Assets {
  const manifest = JSON.parse(readFileSync(join(client, '.vite/manifest.json'), 'utf8')) as Manifest
  const { file, css = [] } = manifest[pageEntry]!
  return { scripts: [file], styles: css }
}
