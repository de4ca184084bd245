import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { services } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import { parse, type ParseError } from 'jsonc-parser'
import { describe, expect, it, onTestFinished } from 'vitest'
import { acme } from '../acme.fixture.js'
import { devcontainer } from './devcontainer.js'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../../../', import.meta.url))

const { file, render } = devcontainer()
const text = await readFile(join(root, file), 'utf8')
const registry: RegistryDefinition = { services, ranges: {}, history: [] }

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
    expect(text).toContain(render(registry))
  })

  it('is read alike by the reference implementation of dev containers', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'driftos-test-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await mkdir(dirname(join(folder, file)))
    await writeFile(join(folder, file), text)
    const cli = fileURLToPath(import.meta.resolve('@devcontainers/cli/devcontainer.js'))
    // It runs Docker to find a container; `true` prints none.
    const args = ['read-configuration', '--workspace-folder', folder, '--docker-path', 'true']
    const { stdout } = await run(process.execPath, [cli, ...args])
    expect(JSON.parse(stdout)).toMatchObject({ configuration: read() })
  })

  it('forwards every active service, labelled and on its own number', () => {
    const { forwardPorts, portsAttributes, otherPortsAttributes } = read()
    const active = Object.entries(registry.services).filter(([, { status }]) => status === 'active')
    expect(forwardPorts).toEqual(active.map(([, { port }]) => port))
    expect(Object.keys(portsAttributes).map(Number)).toEqual(forwardPorts)
    for (const [name, { port, scheme, summary }] of active) {
      expect(portsAttributes[port]).toEqual({
        label: `${name}: ${summary}`,
        onAutoForward: 'silent',
        requireLocalPort: true,
        ...(scheme.startsWith('http') && { protocol: scheme }),
      })
    }
    expect(otherPortsAttributes).toEqual({ onAutoForward: 'ignore' })
  })

  it('is JSON for a summary of any text, and for no services', () => {
    const { shop } = acme.services
    const summary = 'quote " backslash \\ line\nbreak'
    const hostile = render({ ...acme, services: { shop: { ...shop!, summary } } })!
    expect(JSON.parse(`{${hostile.trimEnd().replace(/,$/, '')}}`)).toMatchObject({ forwardPorts: [shop!.port] })
    const empty = render({ services: {}, ranges: {}, history: [] })!
    expect(JSON.parse(`{${empty.trimEnd().replace(/,$/, '')}}`)).toEqual({ forwardPorts: [], portsAttributes: {} })
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
