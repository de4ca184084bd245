import { execFile } from 'node:child_process'
import { cp, realpath, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { program } from '../cli.fixture.js'
import { readAll } from '../repository.fixture.js'
import { cli, commit, makeProject, ownSource, ownTables } from './project.fixture.js'

const hook = fileURLToPath(new URL('kill-at-write.fixture.cjs', import.meta.url))
const [name, other] = Object.keys(ownTables.services) as [string, string]
const { port } = ownTables.services[name]!
const { port: otherPort } = ownTables.services[other]!

describe('a process killed before any of its changes of a file', { timeout: 600_000 }, () => {
  it.each([
    ['move', name, `${otherPort}`, other, `${port}`, '--reason', 'a swap'],
    ['add', 'billing', '--group', 'services', '--summary', 'Invoices'],
    ['retire', name, '--reason', 'not used'],
  ])('%s leaves whole files, and the same command completes it', async (...args) => {
    const root = await realpath(await makeProject({ 'ports.ts': ownSource }))
    await cli(root, 'sync')
    await commit(root, '1.0.0')
    const before = await readAll(root)
    await cp(root, `${root} done`, { recursive: true })
    expect(await cli(`${root} done`, ...args)).toMatchObject({ code: 0 })
    const after = withoutGit(await readAll(`${root} done`))
    const registries = new Set<string>()
    let at = 0
    for (let isKilled = true; isKilled;) {
      at++
      await rm(root, { recursive: true })
      await cp(`${root} done`, root, { recursive: true })
      await restore(root, before)
      isKilled = await runUntilKilled(root, at, args)
      const files = withoutGit(await readAll(root))
      for (const [file, text] of Object.entries(files)) {
        if (file.endsWith('.driftos-ports.tmp')) continue
        expect([before[file], after[file]], `${file}, killed at ${at}`).toContain(text)
      }
      registries.add(files['ports.ts']!)
      const completing =
        at % 2 ? args : registries.size > 1 && files['ports.ts'] === after['ports.ts'] ? ['sync'] : args
      expect(await cli(root, ...completing), `killed at ${at}`).toMatchObject({ code: 0 })
      expect(withoutGit(await readAll(root)), `killed at ${at}`).toEqual(after)
    }
    expect(at).toBeGreaterThan(20)
    expect(registries.size).toBe(2)
  })
})

async function restore(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  for (const file of Object.keys(withoutGit(await readAll(root)))) if (!(file in files)) await rm(`${root}/${file}`)
  for (const [file, text] of Object.entries(withoutGit(files))) await writeFile(`${root}/${file}`, text)
}

function withoutGit(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([file]) => !file.startsWith('.git/')))
}

function runUntilKilled(root: string, at: number, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, KILL_AT: `${at}`, KILL_ROOT: root }
    execFile(process.execPath, ['--require', hook, ...program, ...args], { cwd: root, env }, (error, _, stderr) => {
      if (error && error.signal !== 'SIGKILL') reject(new Error(stderr))
      else resolve(error !== null)
    })
  })
}
