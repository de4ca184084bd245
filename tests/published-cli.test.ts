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
  const names = new Set(files.map(({ path }) => path.replace(/-[A-Z\d]{8}\.(c?js)$/, '-*.$1')))
  expect([...names].toSorted()).toMatchInlineSnapshot(`
    [
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "dist/add-*.cjs",
      "dist/bin.cjs",
      "dist/cache-*.cjs",
      "dist/check-*.cjs",
      "dist/check/attribution.d.ts",
      "dist/check/context.d.ts",
      "dist/check/lint.d.ts",
      "dist/check/names.d.ts",
      "dist/check/occurrence.d.ts",
      "dist/check/repository.d.ts",
      "dist/check/silence.d.ts",
      "dist/checkout-*.cjs",
      "dist/chunk-*.cjs",
      "dist/chunk-*.js",
      "dist/cli-truncate-*.cjs",
      "dist/complete-*.cjs",
      "dist/completion-*.cjs",
      "dist/diff-*.cjs",
      "dist/doctor-*.cjs",
      "dist/env-*.cjs",
      "dist/generate/agents-section.d.ts",
      "dist/generate/container.d.ts",
      "dist/generate/devcontainer.d.ts",
      "dist/generate/env-example.d.ts",
      "dist/generate/markdown.d.ts",
      "dist/generate/notice.d.ts",
      "dist/generate/ports-document.d.ts",
      "dist/generate/prometheus.d.ts",
      "dist/generate/readme-table.d.ts",
      "dist/generate/turbo-variables.d.ts",
      "dist/generate/vscode-tasks.d.ts",
      "dist/generate/yaml-document.d.ts",
      "dist/group-by.d.ts",
      "dist/help-*.cjs",
      "dist/import-module-*.cjs",
      "dist/index.d.ts",
      "dist/index.js",
      "dist/init-*.cjs",
      "dist/lint.js",
      "dist/list-*.cjs",
      "dist/main-*.cjs",
      "dist/move-*.cjs",
      "dist/occupants-*.cjs",
      "dist/package-*.cjs",
      "dist/parse-config-*.cjs",
      "dist/project/config.d.ts",
      "dist/project/reserved.d.ts",
      "dist/prometheus-*.cjs",
      "dist/read-dockerfile-*.cjs",
      "dist/read-dockerfile-*.js",
      "dist/read-document-*.cjs",
      "dist/read-document-*.js",
      "dist/read-javascript-*.cjs",
      "dist/read-javascript-*.js",
      "dist/read-json-*.cjs",
      "dist/read-json-*.js",
      "dist/read-shell-*.cjs",
      "dist/read-shell-*.js",
      "dist/read-toml-*.cjs",
      "dist/read-toml-*.js",
      "dist/read-yaml-*.cjs",
      "dist/read-yaml-*.js",
      "dist/retire-*.cjs",
      "dist/run-*.cjs",
      "dist/schema-*.cjs",
      "dist/show-*.cjs",
      "dist/slot-*.cjs",
      "dist/static-module-*.cjs",
      "dist/status-*.cjs",
      "dist/suggestion-*.cjs",
      "dist/sync-*.cjs",
      "dist/wait-*.cjs",
      "package.json",
    ]
  `)
})
