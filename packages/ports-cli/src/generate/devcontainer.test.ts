import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { services } from '@driftos/ports'
import { parse, type ParseError } from 'jsonc-parser'
import { describe, expect, it, onTestFinished } from 'vitest'
import { devcontainer } from './devcontainer.js'
import { registry, registryWith } from './fake-registry.fixture.js'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../../../', import.meta.url))

const text = await readFile(join(root, devcontainer.file), 'utf8')

interface Configuration {
  readonly image: string
  readonly forwardPorts: number[]
  readonly portsAttributes: Record<string, object>
  readonly otherPortsAttributes: object
  readonly postCreateCommand: string
}

describe('devcontainer', () => {
  it('is a part of JSON with comments and without trailing commas', () => {
    const errors: ParseError[] = []
    parse(text, errors, { allowTrailingComma: false })
    expect(errors).toEqual([])
    expect(text).toContain(devcontainer.render(registry))
  })

  it('is read as it is meant by the reference implementation of dev containers', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'driftos-test-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await mkdir(dirname(join(folder, devcontainer.file)))
    await writeFile(join(folder, devcontainer.file), text)
    const cli = fileURLToPath(import.meta.resolve('@devcontainers/cli/devcontainer.js'))
    // It asks Docker for a running container; `true` says that there is none.
    const args = ['read-configuration', '--workspace-folder', folder, '--docker-path', 'true']
    const { stdout } = await run(process.execPath, [cli, ...args])
    expect(JSON.parse(stdout)).toMatchObject({ configuration: read() })
  })

  it('forwards the apps, the database and the dashboards, each labelled and on its own number', () => {
    const { forwardPorts, portsAttributes, otherPortsAttributes } = read()
    const { legacyEmbedding: _, ...inUse } = services
    expect(forwardPorts).toEqual(Object.values(inUse).map(({ port }) => port))
    expect(Object.keys(portsAttributes).map(Number)).toEqual(forwardPorts)
    expect(portsAttributes[services.core.port]).toEqual({
      label: 'core: LLM service',
      onAutoForward: 'silent',
      requireLocalPort: true,
      protocol: 'http',
    })
    expect(portsAttributes[services.postgres.port]).not.toHaveProperty('protocol')
    expect(otherPortsAttributes).toEqual({ onAutoForward: 'ignore' })
  })

  it('changes the number of a service that moves, and nothing else', () => {
    const moved = devcontainer.render(registryWith('core', { port: 4321 }))
    expect(moved).toBe(devcontainer.render(registry).replaceAll(`${services.core.port}`, '4321'))
  })

  it('has a Node that the packages accept', async () => {
    const { engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { engines: { node: string } }
    const [major, minor] = versionIn(read().image)
    const [wantedMajor, wantedMinor] = versionIn(engines.node)
    expect(major).toBe(wantedMajor)
    expect(minor).toBeGreaterThanOrEqual(wantedMinor!)
  })

  it.skipIf(process.platform === 'win32')('installs with the pnpm of package.json', async () => {
    const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      packageManager: string
    }
    const command = read().postCreateCommand.replace(/^npx /, 'echo ')
    const { stdout } = await run('sh', ['-c', command], { cwd: root })
    expect(stdout).toBe(`-y ${packageManager} install --frozen-lockfile\n`)
  })
})

function read(): Configuration {
  return parse(text) as Configuration
}

function versionIn(words: string): number[] {
  return /(\d+)\.(\d+)/.exec(words)!.slice(1).map(Number)
}
