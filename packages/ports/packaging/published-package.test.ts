import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, describe, expect, it } from 'vitest'
import sources from '../package.json' with { type: 'json' }
import { makeFolder, pack, run } from './built-package.js'

interface Manifest {
  exports: Record<string, unknown>
  scripts?: Record<string, string>
}

interface Analysis {
  problems: { kind: string; entrypoint?: string; resolutionKind?: string }[]
  entrypoints: Record<string, unknown>
}

const folder = await makeFolder()
afterAll(folder.remove)

const { tarball, files } = await pack(folder.path)
await run('tar', ['-xzf', tarball, '-C', folder.path])
const manifestText = await readFile(join(folder.path, 'package/package.json'), 'utf8')
const manifest = JSON.parse(manifestText) as Manifest

describe('published package', () => {
  it('holds the build, its README, licence and manifest, and nothing else', () => {
    expect(files.toSorted()).toMatchInlineSnapshot(`
      [
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "dist/bad-ports.d.ts",
        "dist/container.d.ts",
        "dist/deep-freeze.d.ts",
        "dist/define.d.ts",
        "dist/define.js",
        "dist/env.d.ts",
        "dist/errors.d.ts",
        "dist/fields.d.ts",
        "dist/holder.d.ts",
        "dist/index.d.ts",
        "dist/index.js",
        "dist/invariants.d.ts",
        "dist/listening-process.d.ts",
        "dist/lookup.d.ts",
        "dist/origin.d.ts",
        "dist/ports.json",
        "dist/ports.schema.json",
        "dist/probe.d.ts",
        "dist/probe.js",
        "dist/registry.d.ts",
        "dist/resolve.d.ts",
        "dist/retirement-message.d.ts",
        "dist/schema.d.ts",
        "dist/schema.js",
        "dist/tables.d.ts",
        "dist/types.d.ts",
        "package.json",
      ]
    `)
  })

  it('exports what the workspace does, without the way to the sources', () => {
    expect(manifest.exports).toEqual(sources.publishConfig.exports)
    expect(Object.keys(manifest.exports)).toEqual(Object.keys(sources.exports))
    expect(manifestText).not.toMatch(/@driftos\/source|src\//)
  })

  it('names plain versions only', () => {
    expect(manifestText).not.toMatch(/catalog:|workspace:|link:|file:/)
  })

  it('depends on nothing at run time, and on zod only where the consumer has it', () => {
    expect(manifest).not.toHaveProperty('dependencies')
    expect(manifest).not.toHaveProperty('optionalDependencies')
    expect(manifest).toMatchObject({
      peerDependencies: { zod: '^4.0.0' },
      peerDependenciesMeta: { zod: { optional: true } },
    })
  })

  it('runs nothing at install', () => {
    const atInstall = /^(pre|post)?(install|prepare)$|^prepublish$/
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => atInstall.test(name))).toEqual([])
  })

  it('leaves publint nothing to say', async () => {
    const bytes = await readFile(tarball)
    const { messages, pkg } = await publint({ pack: { tarball: Uint8Array.from(bytes).buffer }, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  it('has types that are not wrong', async () => {
    const require = createRequire(import.meta.url)
    const cli = join(dirname(require.resolve('@arethetypeswrong/cli/package.json')), 'dist/index.js')
    const { stdout } = await run(process.execPath, [cli, tarball, '--profile', 'esm-only', '--format', 'json'], {
      maxBuffer: 16 << 20,
    }).catch((error: { stdout: string }) => error) // It exits with 1 for a problem, which is shown below.
    const { analysis } = JSON.parse(stdout) as { analysis: Analysis }
    const ignored = new Set(['node10', 'node16-cjs'])
    expect(analysis.problems.filter(({ resolutionKind = '' }) => !ignored.has(resolutionKind))).toEqual([])
    expect(Object.keys(analysis.entrypoints)).toEqual(Object.keys(manifest.exports))
  })
})
