import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { PORTS, services, type ServiceName } from '@driftos/ports'
import { describeCheckout, listSlots, takeSlot } from '@driftos/ports/checkout'
import { expect, it, onTestFinished } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { listSourceFiles, root } from './source-files.js'
import { startStack } from './stack-process.js'

const run = promisify(execFile)
const members: readonly ServiceName[] = ['postgres', 'gateway', 'core', 'embed', 'website', 'demo']

interface Status {
  readonly service: ServiceName
  readonly port: number
  readonly state: string
  readonly checkout?: { readonly root: string }
}

it('runs a whole stack in each checkout without a variable', async () => {
  const { directory, env } = await makeMachine()
  const clone = join(directory, 'clone')
  const tree = join(directory, 'tree')
  mkdirSync(clone)
  await git(clone, 'init', '--quiet')
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
  await git(clone, ...author, 'commit', '--quiet', '--allow-empty', '-m', 'x')
  await git(clone, 'worktree', 'add', '--quiet', '-b', 'feature/x', tree)
  const checkouts = [clone, tree]
  for (const checkout of checkouts) copyBuilt(checkout)

  // Both at the same moment.
  const stacks = checkouts.map((checkout) => startStack('start', env, checkout))
  for (const stack of stacks) await stack.sees('DriftOS is running', 120_000)

  const { slots } = await listSlots({ env })
  const offsets = checkouts.map((checkout) => slots.find((slot) => slot.root === checkout)!.offset)
  for (const [index, stack] of stacks.entries()) expect(stack.output()).toContain(`Slot ${offsets[index]}: `)
  const ports = [0, ...offsets].flatMap((offset) => Object.values(PORTS).map((port) => port + offset))
  expect(new Set(ports).size).toBe(ports.length)

  for (const [index, checkout] of checkouts.entries()) {
    const own = await readStatus(checkout, env)
    expect(own.map(({ service, port, state }) => [service, port, state])).toEqual(
      Object.entries(PORTS).map(([service, port]) => [
        service,
        port + offsets[index]!,
        isMember(service) ? 'up' : 'down',
      ]),
    )
    // On the ports of the other checkout, each service is recognized as that of the other.
    const other = 1 - index
    const others = await readStatus(checkout, { ...env, DRIFTOS_PORT_OFFSET: String(offsets[other]) })
    expect(
      others.flatMap(({ service, state, checkout: found }) => (isMember(service) ? [[state, found?.root]] : [])),
    ).toEqual(members.map(() => ['elsewhere', checkouts[other]]))
  }

  for (const stack of stacks) stack.signalGroup('SIGINT')
  expect(await Promise.all(stacks.map(({ exitCode }) => exitCode))).toEqual([0, 0])

  const renamed = join(directory, 'renamed')
  renameSync(clone, renamed)
  expect(await readJson(renamed, env, 'slot')).toMatchObject({ root: renamed, offset: offsets[0] })
})

/** A directory for checkouts, with a ledger in which another checkout has the registered ports. */
async function makeMachine() {
  const directory = realpathSync.native(mkdtempSync(join(tmpdir(), 'driftos-checkouts-')))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }), 60_000)
  const state = join(directory, 'state')
  const env = { XDG_STATE_HOME: state, LOCALAPPDATA: state }
  const first = join(directory, 'first')
  mkdirSync(join(first, '.git'), { recursive: true })
  const options = { env, findOccupants: async () => new Map() }
  await takeSlot(describeCheckout(first, { project: manifest.name }), services, options)
  return { directory, env }
}

/** Copies this checkout with its builds, and links its dependencies. */
function copyBuilt(target: string): void {
  const files = listSourceFiles().filter((file) => !file.includes('/corpus/'))
  for (const file of files) {
    mkdirSync(dirname(join(target, file)), { recursive: true })
    cpSync(join(root, file), join(target, file))
  }
  symlinkSync(join(root, 'node_modules'), join(target, 'node_modules'), 'junction')
  const packages = files.filter((file) => file.endsWith('/package.json')).map(dirname)
  for (const name of packages) {
    const modules = join(root, name, 'node_modules')
    // Its links are relative, so those to this workspace point into the copy.
    if (existsSync(modules)) {
      cpSync(modules, join(target, name, 'node_modules'), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (path) => !/node_modules[\\/]\.(vite|cache)/.test(path),
      })
    }
    const dist = join(root, name, 'dist')
    if (existsSync(dist)) cpSync(dist, join(target, name, 'dist'), { recursive: true })
  }
}

function isMember(service: string): service is ServiceName {
  return (members as readonly string[]).includes(service)
}

async function readStatus(checkout: string, env: Record<string, string>): Promise<readonly Status[]> {
  return ((await readJson(checkout, env, 'status')) as { services: readonly Status[] }).services
}

/** Runs `driftos-ports` in a checkout, whatever its exit code is. */
async function readJson(checkout: string, env: Record<string, string>, command: string): Promise<unknown> {
  const args = [join(checkout, 'packages/ports-cli/dist/bin.cjs'), command, '--json']
  const { PATH, HOME } = process.env
  const options = { cwd: checkout, env: { PATH, HOME, ...env } }
  const { stdout } = await run(process.execPath, args, options).catch((error: { stdout?: string }) => {
    if (!error.stdout) throw error
    return { stdout: error.stdout }
  })
  return JSON.parse(stdout)
}

async function git(cwd: string, ...args: string[]): Promise<void> {
  await run('git', args, { cwd })
}
