import { readFile } from 'node:fs/promises'
import { basename, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { distFile } from './built-package.js'

const entries = Object.values(manifest.exports).flatMap((target) =>
  typeof target === 'object' ? [basename(target.import.types, '.d.ts')] : [],
)

describe('public API', () => {
  it.each(entries)('of %s.js is the reviewed one', async (entry) => {
    const text = [
      `// What ${manifest.name} publishes as ${entry}.js. A test writes this file: vitest run --project ports api -u`,
      ...(await declarations(`${entry}.d.ts`)),
      `// ${entry}.js`,
      ...(await runtimeExports(`${entry}.js`)),
    ].join('\n')

    await expect(`${text}\n`).toMatchFileSnapshot(`../api/${entry}.txt`)
  })

  it('has every entry in its own file', () => {
    expect(entries).toEqual(['index', 'define', 'schema', 'probe', 'checkout', 'vite', 'playwright'])
  })
})

/** The declarations that a file reaches by relative imports, itself first. Each entry has a separate snapshot. */
async function declarations(file: string, seen = new Set<string>()): Promise<string[]> {
  seen.add(file)
  const text = await readFile(distFile(file), 'utf8')
  const parts = [`// ${file}`, file === 'registry.d.ts' ? withoutValues(text) : text]
  for (const [, imported] of text.matchAll(/from '(\.\.?\/[^']+)\.js'/g)) {
    const name = posix.join(posix.dirname(file), imported!)
    const next = `${name}.d.ts`
    if (!seen.has(next) && !entries.includes(name)) parts.push(...(await declarations(next, seen)))
  }
  return parts
}

/** The registry's own values are no API to review here: `driftos-ports diff` says what their change demands. */
function withoutValues(text: string): string {
  return text.replace(/^(export declare const \w+: )(?:\{\}|[\s\S]*?^[\]}]+);$/gm, '$1…;')
}

async function runtimeExports(file: string): Promise<string[]> {
  const module = (await import(/* @vite-ignore */ pathToFileURL(distFile(file)).href)) as Record<string, unknown>
  const names = Object.keys(module).toSorted()
  return names.map((name) => `${name}: ${typeof module[name]}`)
}
