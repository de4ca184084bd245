import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { onTestFinished } from 'vitest'

/** A repository of these files until the test ends. */
export async function makeRepository(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'driftos-test-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  for (const [file, content] of Object.entries({ 'pnpm-workspace.yaml': '', ...files })) {
    await mkdir(dirname(join(root, file)), { recursive: true })
    await writeFile(join(root, file), content)
  }
  return root
}

/** The files of this repository of which only a part is generated. */
export async function readPartlyGenerated(): Promise<Record<string, string>> {
  const read = (file: string) => readFile(new URL(`../../../${file}`, import.meta.url), 'utf8')
  const files = [
    'README.md',
    'packages/ports/README.md',
    'packages/ports-cli/README.md',
    'turbo.json',
    '.devcontainer/devcontainer.json',
  ]
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file, await read(file)] as const)))
}

/** Every file below a folder with its content. */
export async function readAll(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const contents = paths.map(async (path) => [
    path.slice(root.length + 1).replaceAll(sep, '/'),
    await readFile(path, 'utf8'),
  ])
  return Object.fromEntries(await Promise.all(contents)) as Record<string, string>
}
