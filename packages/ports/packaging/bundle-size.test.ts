import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { history, PORTS, retired, services, type RetiredService } from '../src/index.js'
import { distFile, packageRoot } from './built-package.js'

/** The bytes that services beyond the first ten and removed services may add: data, not code. */
const growthOfRegistry =
  Math.max(0, Object.keys(services).length - 10) * 30 +
  Object.entries<RetiredService>(retired).reduce((sum, [name, { reason }]) => sum + 90 + name.length + reason.length, 0)

describe('bundle', () => {
  // Raise a ceiling in the commit that causes the growth.
  it.each([
    [`export { PORTS } from '@driftos/ports'`, 300],
    [`export { getPort } from '@driftos/ports'`, 900],
    [`export { getPort, PortConfigError } from '@driftos/ports'`, 900],
    [`import { getPort } from '@driftos/ports'; console.log(getPort('${Object.keys(PORTS)[0]}'))`, 900],
    [`export { defineRegistry } from '@driftos/ports/define'`, 7000],
  ])('of `%s` is at most %i bytes, minified and gzipped', async (source, ceiling) => {
    expect(gzipSync(await bundle(source), { level: 9 }).byteLength).toBeLessThanOrEqual(ceiling + growthOfRegistry)
  })

  it('of PORTS carries no other column of the registry', async () => {
    const text = await bundle("export { PORTS } from '@driftos/ports'")
    const others = Object.values(services).flatMap(({ summary, variable, containerName }) => [
      summary,
      variable,
      `"${containerName}"`,
    ])
    expect([...others, ...history.map(({ reason }) => reason)].filter((other) => text.includes(other))).toEqual([])
    const module = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`)) as object
    expect({ ...module }).toEqual({ PORTS })
  })

  it('of defineRegistry carries nothing of DriftOS', async () => {
    const text = await bundle("export { defineRegistry } from '@driftos/ports/define'")
    const own = Object.values(services).flatMap(({ summary, variable }) => [summary, variable])
    expect(own.filter((word) => text.includes(word))).toEqual([])
  })

  it('of the entry for its side effects alone is empty', async () => {
    expect(await bundle("import '@driftos/ports'")).toBe('')
  })

  it('is as empty for a bundler that does not know `sideEffects`', async () => {
    expect(await bundle("import '@driftos/ports'", [assumeSideEffects])).toBe('')
  })
})

describe('dist/index.js', () => {
  it('imports nothing', async () => {
    const { metafile } = await build({
      entryPoints: [distFile('index.js')],
      bundle: false,
      write: false,
      metafile: true,
    })
    expect(Object.values(metafile.inputs).flatMap(({ imports }) => imports)).toEqual([])
    expect(await readFile(distFile('index.js'), 'utf8')).not.toMatch(/\brequire\(|\bimport\b|node:/)
  })
})

/** The minified text that a browser would load. */
async function bundle(source: string, plugins: Plugin[] = []): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: packageRoot },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    plugins,
    logOverride: { 'ignored-bare-import': 'silent' },
  })
  return outputFiles[0]!.text
}

const assumeSideEffects: Plugin = {
  name: 'assume-side-effects',
  setup(context) {
    context.onResolve({ filter: /^@driftos\/ports$/ }, () => ({ path: distFile('index.js'), sideEffects: true }))
  },
}
