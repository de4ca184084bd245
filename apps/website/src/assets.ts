import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest } from 'vite'
import type { Assets } from './page/document.js'

/** The page's script, from the app's folder. */
export const pageEntry = 'src/page/main.tsx'

/** The files of the page by Vite's manifest in the folder that it built into. */
export function readAssets(client: string): Assets {
  const manifest = JSON.parse(readFileSync(join(client, '.vite/manifest.json'), 'utf8')) as Manifest
  const { file, css = [] } = manifest[pageEntry]!
  return { scripts: [`/${file}`], styles: css.map((style) => `/${style}`) }
}
