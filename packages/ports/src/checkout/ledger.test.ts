import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { describeCheckout } from './checkout.js'
import { freeSlot, listSlots, takeSlot, type SlotOptions } from './slots.js'

const services = {
  web: { port: 21_000, scheme: 'http' },
  api: { port: 21_001, scheme: 'http' },
  database: { port: 21_050, scheme: 'postgresql' },
}
const ports = Object.values(services).map(({ port }) => String(port))
const nothingListens = async () => new Map<number, never>()

const temporary = mkdtempSync(join(tmpdir(), 'driftos-ledger-'))
const program = join(temporary, 'fixture.mjs')
beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('ledger.fixture.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
  })
})
afterAll(() => rmSync(temporary, { recursive: true, force: true }))

function makeDirectory(): string {
  const directory = mkdtempSync(join(temporary, 'case-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A state directory, and the functions that use it. */
function makeUser() {
  const directory = makeDirectory()
  const state = join(directory, 'state')
  const env = { XDG_STATE_HOME: state, HOME: directory, LOCALAPPDATA: state }
  const options: SlotOptions = { env, findOccupants: nothingListens }
  return {
    directory,
    env,
    options,
    ledger: join(state, 'driftos-ports'),
    files: () => readdirSync(join(state, 'driftos-ports')).filter((name) => /^slots\.\d+\.json$/.test(name)),
    async take(name: string, more: SlotOptions = {}) {
      const root = join(directory, name)
      await mkdir(root, { recursive: true })
      return takeSlot(describeCheckout(root, { project: 'fixture' }), services, { ...options, ...more })
    },
  }
}

function newestFile({ ledger, files }: ReturnType<typeof makeUser>): string {
  const [newest] = files().toSorted((one, other) => Number(other.split('.')[1]) - Number(one.split('.')[1]))
  return join(ledger, newest!)
}

function startProcess(user: ReturnType<typeof makeUser>, name: string, start: number, rounds: number): ChildProcess {
  const root = join(user.directory, name)
  const env = { ...process.env, ...user.env }
  return spawn(process.execPath, [program, root, String(start), String(rounds), ...ports], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function outputOf(child: ChildProcess): Promise<string> {
  let text = ''
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await once(child, 'close')
  return text
}

describe('the ledger', () => {
  it('gives 20 processes that start at one moment 20 slots', async () => {
    const user = makeUser()
    const start = Date.now() + 3000
    const names = Array.from({ length: 20 }, (_, index) => `checkout-${index}`)
    const outputs = await Promise.all(names.map((name) => outputOf(startProcess(user, name, start, 1))))
    const slots = outputs.map((text) => JSON.parse(text) as { offset: number; warnings: string[] })
    expect(slots.flatMap(({ warnings }) => warnings)).toEqual([])
    expect(new Set(slots.map(({ offset }) => offset)).size).toBe(20)
    const listed = await listSlots(user.options)
    expect(listed.slots.map(({ offset }) => offset)).toEqual(
      slots.map(({ offset }) => offset).toSorted((one, other) => one - other),
    )
    expect(readdirSync(user.ledger).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('stays whole when its writers are killed at random moments', async () => {
    const user = makeUser()
    for (let round = 0; round < 8; round++) {
      const children = ['a', 'b', 'c', 'd'].map((name) => startProcess(user, name, 0, 1_000_000))
      const ends = children.map((child) => once(child, 'close'))
      // The first line comes when a process writes for the first time.
      await Promise.race(children.map((child) => once(child.stdout!, 'data')))
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(ends)
      const { slots, warnings } = await listSlots(user.options)
      expect(warnings).toEqual([])
      const leased = slots.flatMap((slot) => slot.ports)
      expect(new Set(leased).size).toBe(leased.length)
      expect(await user.take(`after-${round}`)).toMatchObject({ isLeased: true, warnings: [] })
      await freeSlot(join(user.directory, `after-${round}`), user.options)
    }
  })

  it('is for its user alone', async () => {
    const user = makeUser()
    await mkdir(user.ledger, { recursive: true, mode: 0o755 })
    await user.take('a')
    if (process.platform === 'win32') return
    expect(statSync(user.ledger).mode & 0o777).toBe(0o700)
    expect(statSync(newestFile(user)).mode & 0o777).toBe(0o600)
  })

  it('stays small, however often it is written', async () => {
    const user = makeUser()
    for (let round = 0; round < 30; round++) {
      await user.take('a')
      await freeSlot(join(user.directory, 'a'), user.options)
    }
    expect(readdirSync(user.ledger).length).toBeLessThan(10)
  })

  it.each([
    ['empty', ''],
    ['cut off', '{"version":1,"leases":[{"root'],
    ['of another format', '[]'],
    ['without leases', '{"version":1}'],
    ['with a wrong lease', '{"version":1,"leases":[{"root":"/a","offset":"0"}]}'],
    ['binary', '\0\u0001\u0002'],
  ])('is rebuilt from the generation before when its file is %s, with one warning', async (_, text) => {
    const user = makeUser()
    await user.take('a')
    await user.take('b')
    writeFileSync(newestFile(user), text)
    const slot = await user.take('c')
    expect(slot.warnings).toEqual([
      expect.stringMatching(/^The ledger .* is corrupt\. Generation \d+ is used instead\./),
    ])
    expect(slot.offset).toBe(100)
    expect((await user.take('c')).warnings).toEqual([])
    const kept = readdirSync(user.ledger).find((name) => name.includes('.corrupt-'))
    expect(readFileSync(join(user.ledger, kept!), 'utf8')).toBe(text)
  })

  it('starts empty when every file is corrupt, and still avoids ports in use', async () => {
    const user = makeUser()
    await user.take('a')
    await user.take('b')
    for (const file of user.files()) writeFileSync(join(user.ledger, file), 'garbage')
    const occupied = new Map([[services.api.port, { isKnown: true, description: 'node (pid 1)' }]])
    const findOccupants = async (asked: readonly number[]) =>
      new Map([...occupied].filter(([port]) => asked.includes(port)))
    const slot = await user.take('c', { findOccupants })
    expect(slot.offset).toBe(100)
    expect(slot.warnings.join()).toContain('All leases are lost')
    expect((await listSlots(user.options)).slots).toHaveLength(1)
  })

  it('is not written when a newer version has written it', async () => {
    const user = makeUser()
    await user.take('a')
    const file = newestFile(user)
    writeFileSync(file, JSON.stringify({ version: 2, leases: 'in another form' }))
    const before = readdirSync(user.ledger)
    await expect(user.take('b')).rejects.toMatchObject({
      code: 'NEWER_LEDGER',
      message: expect.stringContaining('Update @driftos/ports') as string,
    })
    await expect(listSlots(user.options)).rejects.toMatchObject({ code: 'NEWER_LEDGER' })
    await expect(freeSlot(join(user.directory, 'a'), user.options)).rejects.toMatchObject({ code: 'NEWER_LEDGER' })
    expect(readdirSync(user.ledger)).toEqual(before)
  })

  it('loses no lease to a process that was suspended while others wrote', async () => {
    const user = makeUser()
    await user.take('a')
    let resume: () => void = () => {}
    const suspended = new Promise<void>((resolve) => (resume = resolve))
    let isFirst = true
    const late = user.take('late', {
      findOccupants: async () => {
        if (isFirst) await suspended
        isFirst = false
        return new Map()
      },
    })
    for (const name of ['b', 'c', 'd', 'e', 'f', 'g', 'h']) await user.take(name)
    resume()
    expect((await late).offset).toBe(800)
    const { slots } = await listSlots(user.options)
    expect(slots.map(({ offset }) => offset)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800])
  })
})

it.skipIf(!canMountReadOnly())(
  'gives separate slots to checkouts that do not see the ports of each other',
  async () => {
    const user = makeUser()
    await user.take('a')
    const offsets = ['b', 'c'].map((name) => {
      const root = join(user.directory, name)
      mkdirSync(root)
      // Separate networks, and another host name for the second, as in a container that shares the ledger.
      const namespaces = name === 'c' ? ['--net', '--uts'] : ['--net']
      const script = name === 'c' ? 'hostname box && exec "$@"' : 'exec "$@"'
      const command = ['sh', '-c', script, 'sh', process.execPath, program, root, '0', '1', ...ports]
      const { stdout } = spawnSync('unshare', [...namespaces, ...command], {
        env: { ...process.env, ...user.env },
        encoding: 'utf8',
      })
      return (JSON.parse(stdout) as { offset: number }).offset
    })
    expect(offsets).toEqual([100, 200])
    expect((await user.take('a')).offset).toBe(0)
  },
)

describe('without a ledger', () => {
  it('uses offset 0 while its ports are free, with the reason in a warning', async () => {
    const user = makeUser()
    writeFileSync(join(user.directory, 'state'), 'a file')
    const slot = await user.take('a')
    expect(slot).toMatchObject({ offset: 0, isLeased: false })
    expect(slot.warnings).toEqual([expect.stringMatching(/^The slot is not recorded: no ledger can be kept in /)])
    expect(readFileSync(join(user.directory, 'state'), 'utf8')).toBe('a file')
  })

  it('refuses offset 0 while its ports are in use, and names a free offset', async () => {
    const user = makeUser()
    writeFileSync(join(user.directory, 'state'), 'a file')
    const findOccupants = async (asked: readonly number[]) =>
      new Map(
        asked.filter((port) => port === services.web.port).map((port) => [port, { isKnown: true, description: 'x' }]),
      )
    await expect(user.take('a', { findOccupants })).rejects.toMatchObject({
      code: 'NO_LEDGER',
      message: expect.stringContaining('Set DRIFTOS_PORT_OFFSET=100') as string,
    })
  })

  it.skipIf(!canMountReadOnly())('keeps the slot that a read-only directory holds', async () => {
    const user = makeUser()
    await user.take('a')
    await user.take('b')
    const script = `mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"`
    await mkdir(join(user.directory, 'c'))
    const run = (name: string) => {
      const command = [user.ledger, process.execPath, program, join(user.directory, name), '0', '1', ...ports]
      const { stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', script, 'sh', ...command], {
        env: { ...process.env, ...user.env },
        encoding: 'utf8',
      })
      return stdout + stderr
    }
    expect(JSON.parse(run('b'))).toMatchObject({
      offset: 100,
      warnings: [expect.stringContaining('The slot is not recorded') as string],
    })
    expect(run('c')).toMatch(/No slot can be recorded: .* belongs to .*\/a, .* Set DRIFTOS_PORT_OFFSET=200/)
  })
})

describe.skipIf(!canMountReadOnly())('on a full disk', () => {
  it('reports an error, and leaves the ledger as it was', async () => {
    const user = makeUser()
    await user.take('a')
    const before = await readFile(newestFile(user), 'utf8')
    // The ledger moves to a disk that is then filled.
    const script = `cp "$1"/slots.* "$2" && mount -t tmpfs -o size=32k none "$1" && cp "$2"/slots.* "$1" && chmod 700 "$1" && { dd if=/dev/zero of="$1/fill" bs=1k 2>/dev/null; true; } && "$3" "$4" "$5" 0 1 ${ports.join(' ')}; echo "exit $?"; cat "$1"/slots.*.json; ls "$1"`
    const copy = makeDirectory()
    const text = execFileSync(
      'unshare',
      [
        '--mount',
        'sh',
        '-c',
        `(${script}) 2>&1`,
        'sh',
        user.ledger,
        copy,
        process.execPath,
        program,
        join(user.directory, 'b'),
      ],
      { env: { ...process.env, ...user.env }, encoding: 'utf8' },
    )
    expect(text).toContain('The disk is full: free some space')
    expect(text).toContain("code: 'WRITE_FAILED'")
    expect(text).toContain(before)
    expect(text).not.toContain('.tmp')
  })
})

function canMountReadOnly(): boolean {
  if (process.platform !== 'linux') return false
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
