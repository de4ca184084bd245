import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderPage } from './answer.js'
import { readAssets } from './assets.js'
import { findDirectory } from './directory.js'
import { findView, knownPaths, type View } from './view.js'

// Writes every page with the registered ports, so that any static host can serve the built site.
const client = fileURLToPath(new URL('client', import.meta.url))
const source = { directory: findDirectory({}), isServed: false, assets: readAssets(client) }
for (const path of ['/', ...knownPaths()]) await write(join(path, 'index.html'), findView(path))
await write('404.html', { kind: 'missing' })

async function write(file: string, view: View): Promise<void> {
  const path = join(client, file)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, renderPage(view, source))
}
