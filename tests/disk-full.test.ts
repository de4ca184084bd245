import { execFile, execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  cli as runCli,
  makeProject,
  exampleSource,
  exampleTables,
} from '../packages/ports-cli/src/registry/project.fixture.js'
import { readAll } from '../packages/ports-cli/src/repository.fixture.js'
import { findFreeOffset, portAt } from './free-offset.js'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs a command with private mounts; users other than root need a user namespace for them. */
const unshare = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']), '--mount']

const canMount = process.platform === 'linux' && canRun([...unshare, 'mount', '-t', 'tmpfs', 'none', '/mnt'])
if (!canMount) console.log('skipped: no file system can be mounted here')

const [moved, { port: from }] = Object.entries(exampleTables.services).find(([, { group }]) => group === undefined)!

describe.skipIf(!canMount)('on a full disk', () => {
  it.each([
    ['sync', 0],
    ['check --fix', 0],
    ['init --write', 0],
    [`move ${moved} ${from + 1} --reason why`, 0],
  ])('driftos-ports %s, with %i pages left, fails and leaves every file unchanged', async (command, pages) => {
    const tree = await makeProject({ 'ports.ts': exampleSource })
    await runCli(tree, 'sync')
    const { variable } = exampleTables.services[moved]!
    const wrong = { 'demo.env': `# ${'x'.repeat(5000)}\n${variable}=${from + 1}\n`, '.env.example': 'stale\n' }
    for (const [file, text] of Object.entries(wrong)) await writeFile(join(tree, file), text)
    if (command.startsWith('move')) await rm(join(tree, '.env.example'))
    if (command.startsWith('init'))
      for (const file of ['ports.ts', 'driftos-ports.config.ts']) await rm(join(tree, file))
    const before = await readAll(tree)
    const { code, stderr, after } = await runOnFullDisk(tree, command, pages)
    expect(code).toBe(2)
    expect(stderr).toContain('ENOSPC')
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(after).toEqual(before)
  })

  it('the embedded database does not start, and prints the reason', async () => {
    const offset = await findFreeOffset()
    const data = `${root}/.driftos/postgres-${portAt('postgres', offset)}`
    await mkdir(data, { recursive: true })
    onTestFinished(() => rm(data, { recursive: true, force: true }))
    const script = `mount -t tmpfs -o size=8m none "$0" && exec "$1" packages/dev-postgres/dist/main.js`
    const env = { PATH: process.env['PATH'], DRIFTOS_PORT_OFFSET: offset }
    const failed = await promisify(execFile)(
      unshare[0]!,
      [...unshare.slice(1), 'sh', '-c', script, data, process.execPath],
      { cwd: root, env },
    ).catch((error: { code: number; stderr: string }) => error)
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^postgres cannot open its data in .*: no space left on the disk\./) as string,
    })
  })
})

/** Runs a command in a copy of a tree, on a disk with this many pages of 4 KiB left; returns its result and the files. */
async function runOnFullDisk(tree: string, command: string, pages: number) {
  const folder = await mkdtemp(join(tmpdir(), 'driftos-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const name of ['disk', 'after']) await mkdir(join(folder, name))
  const script = `
    mount -t tmpfs -o size=1m none disk && cp -r "$3/." disk && cd disk
    for page in $(seq ${pages}); do head -c 4096 /dev/zero > left-$page; done
    cat /dev/zero > fill 2>/dev/null
    rm -f left-*
    "$1" "$2" ${command} > ../stdout 2> ../stderr
    echo $? > ../code
    rm fill
    cp -r . ../after`
  const cli = join(root, 'packages/ports-cli/dist/bin.cjs')
  const args = [...unshare.slice(1), 'sh', '-c', script, 'sh', process.execPath, cli, tree]
  await promisify(execFile)(unshare[0]!, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], JITI_FS_CACHE: 'false' },
  })
  return {
    code: Number(await readFile(join(folder, 'code'), 'utf8')),
    stderr: await readFile(join(folder, 'stderr'), 'utf8'),
    after: await readAll(join(folder, 'after')),
  }
}

function canRun([program, ...args]: readonly string[]): boolean {
  try {
    execFileSync(program!, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
