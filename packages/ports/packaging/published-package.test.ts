import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, describe, expect, it } from 'vitest'
import sourceManifest from '../package.json' with { type: 'json' }
import { makeFolder, pack, packageRoot, run } from './built-package.js'

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
    const outside = files.filter((file) => !/^dist\/(?:.+\/)?[\w-]+\.d\.ts$/.test(file))
    expect(outside.toSorted()).toEqual(
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        ...[
          'checkout.js',
          'define.js',
          'index.js',
          'package.json',
          'playwright.js',
          'probe.js',
          'schema.js',
          'vite.js',
        ].map((file) => `dist/cjs/${file}`),
        ...[
          'checkout.js',
          'define.js',
          'index.js',
          'playwright.js',
          'ports.json',
          'ports.schema.json',
          'probe.js',
          'schema.js',
          'vite.js',
        ].map((file) => `dist/${file}`),
        'package.json',
      ].toSorted(),
    )
  })

  it('holds one declaration file for each source file, in both formats', async () => {
    const sources = (await readdir(join(packageRoot, 'src'), { recursive: true }))
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => file.endsWith('.ts') && !/\.(test|test-d|fixture)\.ts$/.test(file))
    const expected = sources.flatMap((file) => {
      const declaration = file.replace(/\.ts$/, '.d.ts')
      return [`dist/${declaration}`, `dist/cjs/${declaration}`]
    })
    expect(files.filter((file) => file.endsWith('.d.ts')).toSorted()).toEqual(expected.toSorted())
  })

  it('has the exports of the workspace, without the condition for sources', () => {
    expect(manifest.exports).toEqual(sourceManifest.publishConfig.exports)
    expect(Object.keys(manifest.exports)).toEqual(Object.keys(sourceManifest.exports))
    expect(JSON.stringify(manifest.exports)).not.toMatch(/@driftos\/source|src\//)
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
    const { stdout } = await run(process.execPath, [cli, tarball, '--format', 'json'], {
      maxBuffer: 16 << 20,
    }).catch((error: { stdout: string }) => error) // It exits with 1 for a problem, which is shown below.
    const { analysis } = JSON.parse(stdout) as { analysis: Analysis }
    expect(analysis.problems).toEqual([])
    expect(Object.keys(analysis.entrypoints)).toEqual(Object.keys(manifest.exports))
  })
})
