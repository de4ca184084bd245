import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

it('@driftos/ports-cli is published as its build, its README, licence, changelog and manifest, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'driftos-test-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    packageManager: string
  }
  // `prepack` would replace `dist` while other tests use it.
  const args = [
    '--yes',
    '--prefer-offline',
    packageManager,
    'pack',
    '--json',
    '--ignore-scripts',
    '--pack-destination',
    folder,
  ]
  const cwd = join(root, 'packages/ports-cli')
  const { stdout } = await promisify(execFile)('npx', args, { cwd, shell: process.platform === 'win32' })
  const { files } = JSON.parse(stdout) as { files: { path: string }[] }

  // A part of the program is named by its content.
  const names = new Set(files.map(({ path }) => path.replace(/-[A-Z\d]{8}\.cjs$/, '-*.cjs')))
  expect([...names].toSorted()).toMatchInlineSnapshot(`
    [
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "dist/add-*.cjs",
      "dist/artifacts-*.cjs",
      "dist/artifacts/names.d.ts",
      "dist/bin.cjs",
      "dist/check-*.cjs",
      "dist/chunk-*.cjs",
      "dist/config.d.ts",
      "dist/config.js",
      "dist/define-*.cjs",
      "dist/diff-*.cjs",
      "dist/env-*.cjs",
      "dist/init-*.cjs",
      "dist/lint.d.ts",
      "dist/lint.js",
      "dist/list-*.cjs",
      "dist/mod-*.cjs",
      "dist/move-*.cjs",
      "dist/package-*.cjs",
      "dist/parse-config-*.cjs",
      "dist/prometheus-*.cjs",
      "dist/read-dockerfile-*.cjs",
      "dist/read-dotenv-*.cjs",
      "dist/read-javascript-*.cjs",
      "dist/read-json-*.cjs",
      "dist/read-makefile-*.cjs",
      "dist/read-markdown-*.cjs",
      "dist/read-shell-*.cjs",
      "dist/read-text-*.cjs",
      "dist/read-toml-*.cjs",
      "dist/read-yaml-*.cjs",
      "dist/restore-*.cjs",
      "dist/retire-*.cjs",
      "dist/scan-worker.cjs",
      "dist/schema-*.cjs",
      "dist/show-*.cjs",
      "dist/status-*.cjs",
      "dist/sync-*.cjs",
      "dist/wait-*.cjs",
      "package.json",
    ]
  `)
})
