import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { PORTS } from '@driftos/ports'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pack, packageManager } from './pack.js'
import { startRegistry, type RegistryServer } from './registry-server.js'
import { listDocuments, root } from './source-files.js'

const run = promisify(execFile)

interface Block {
  readonly file: string
  readonly commands: readonly string[]
}

/** The shell commands of every document, block by block, without comments and prompts. */
const blocks: Block[] = await Promise.all(listDocuments().map(readBlocks)).then((all) => all.flat())

async function readBlocks(file: string): Promise<Block[]> {
  const text = await readFile(join(root, file), 'utf8')
  return [...text.matchAll(/^( *)```sh\n([^]*?)^\1```/gm)].map(([, , body]) => ({
    file,
    commands: body!
      .split('\n')
      .map((line) => line.replace(/\s+#.*/, '').trim())
      .filter((line) => line !== ''),
  }))
}

/** What runs a command: a part of this file, another test, or nothing here, because of what it needs. */
const runners = {
  'in another repository': /^(npm install|npx driftos-ports) /,
  'in this repository': /^(eval "\$\()?pnpm (-s )?ports (list|status|check|env) ?/,
  'by edits.test.ts': /^pnpm ports (move|add|retire) /,
  'by stack.test.ts': /^(\w+=\S+ )*(npx -y pnpm@[\d.]+|pnpm) (dev|start)$/,
  'by metrics.test.ts': /^prometheus /,
  'as this run itself': /^pnpm check$/,
  'nowhere, because it needs a container engine or a cluster':
    /^(\w+=\S+ )*(docker|kubectl) |^(export )?\w+=\$(\(openssl .*\)|\w+)$/,
}

const commands = new Set(blocks.flatMap((block) => block.commands))

describe('a command of the documents', () => {
  it('is run by a test', () => {
    const runnersOf = (command: string) => Object.entries(runners).filter(([, pattern]) => pattern.test(command))
    expect([...commands].filter((command) => runnersOf(command).length !== 1)).toEqual([])
  })

  const local = [...commands].filter((command) => runners['in this repository'].test(command))
  it.each(local)('works in this repository: %s', async (command) => {
    const line = command.replace('pnpm ', `npx -y ${packageManager} `).replace(/ > \S+$/, '')
    // `eval` shows nothing; `env` lists the variables.
    const shown = line.startsWith('eval') ? `${line} && env` : line
    const options = { cwd: root, env: { ...process.env, DRIFTOS_PORT_OFFSET: '' } }
    // `status` ends with 1 unless every service is up.
    const { code, stdout } = await run('sh', ['-c', shown], options)
      .then((result) => ({ code: 0, ...result }))
      .catch((error: { code: number; stdout: string }) => error)
    expect(code).toBeLessThanOrEqual(command.includes('status') ? 1 : 0)
    expect(stdout).toMatch(new RegExp(`no findings|${Object.keys(PORTS)[0]}`, 'i'))
  })
})

describe('the first commands in another repository', { timeout: 300_000 }, () => {
  let folder: string
  let registry: RegistryServer

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'driftos readme '))
    registry = await startRegistry(join(folder, 'registry'))
    const npmrc = join(folder, 'npmrc')
    await writeFile(npmrc, registry.npmrc)
    for (const name of ['ports', 'ports-cli']) {
      const { tarball } = await pack(name, folder)
      await run('npm', ['publish', tarball, '--userconfig', npmrc, '--ignore-scripts'], { cwd: folder })
    }
  })

  afterAll(async () => {
    await registry?.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  })

  const foreign = blocks.filter(({ commands: list }) => list.some((command) => command.startsWith('npx driftos-ports')))

  it.each(foreign.map(({ file, commands: list }) => [file, list] as const))(
    '%s: work, and `check` then finds the mistake of README.md',
    async (file, list) => {
      const readme = await readFile(join(root, 'README.md'), 'utf8')
      const [, mistake] = /^```diff\n([^]*?)^```/m.exec(readme)!
      const [, finding] = /^```\n(\S+\n +\d+:\d+ [^]*?)^```/m.exec(readme)!
      const [scrapeFile] = finding!.split('\n') as [string]
      const keep = (sign: string) =>
        mistake!
          .split('\n')
          .filter((line) => line.startsWith(sign) || line.startsWith(' '))
          .map((line) => line.slice(1))
          .join('\n')
      const numberIn = (text: string) => /localhost:(\d+)/.exec(text)![1]!
      const [right, wrong] = [keep('-'), keep('+')].map((text) => `scrape_configs:\n${text}`) as [string, string]

      const repository = await mkdtemp(join(folder, `${file.replaceAll('/', '-')}-`))
      const write = async (path: string, text: string) => {
        await mkdir(dirname(join(repository, path)), { recursive: true })
        await writeFile(join(repository, path), text)
      }
      const shell = async (command: string) => {
        const env = { ...process.env, npm_config_audit: 'false', npm_config_fund: 'false' }
        return run('sh', ['-c', command], { cwd: repository, env }).catch(
          (error: { stdout: string; stderr: string }) => error,
        )
      }
      await write('.npmrc', registry.npmrc)
      await write('.gitignore', 'node_modules\n.npmrc\n')
      await write('package.json', '{ "private": true, "type": "module" }\n')
      for (const [name, text] of [
        ['billing', right],
        ['search', wrong],
      ] as const) {
        await write(`services/${name}/package.json`, `{ "scripts": { "dev": "vite --port ${numberIn(text)}" } }\n`)
      }
      await write(scrapeFile, right)
      await shell('git init')

      for (const command of list) {
        expect({ command, ...(await shell(command)) }).toMatchObject({ stderr: '' })
      }
      expect((await shell('npx driftos-ports check')).stdout).toContain('no findings')
      await write(scrapeFile, wrong)
      expect((await shell('npx driftos-ports check')).stdout.startsWith(finding!)).toBe(true)
    },
  )
})
