import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderPage } from './answer.js'
import { readAssets } from './assets.js'
import { collectContent } from './collect-content.js'
import { contentFile } from './content.js'
import { findDirectory } from './directory.js'
import { findView, knownPaths, type View } from './view.js'

// Writes the content for the server, and every page with the registered ports. Any static host can serve them, at the root of a host name or in a directory.
const client = fileURLToPath(new URL('client', import.meta.url))
const content = collectContent()
await writeFile(join(client, '..', contentFile), JSON.stringify(content))
const source = { directory: findDirectory({}), isServed: false, assets: readAssets(client), ...content }
for (const path of ['/', ...knownPaths()]) {
  const depth = path.split('/').filter(Boolean).length
  await write(join(path, 'index.html'), findView(path, source), '../'.repeat(depth) || './')
}
// A host sends this page for an address at any depth.
await write('404.html', { kind: 'missing' }, '/')

async function write(file: string, view: View, base: string): Promise<void> {
  const path = join(client, file)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, renderPage(view, source, base))
}
