import { spawn } from 'node:child_process'
import { services } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import { describe, expect, it, onTestFinished } from 'vitest'
import { acme, acmeRegistry, configOf } from './acme.fixture.js'
import { findFreePort, program, run } from './cli.fixture.js'
import { commands } from './commands.js'
import { agentsSection } from './generate/agents-section.js'
import { claudeLaunch } from './generate/claude-launch.js'
import { vscodeTasks } from './generate/vscode-tasks.js'
import { makeRepository } from './repository.fixture.js'

const files = { 'package.json': configOf({ registry: 'ports.ts' }), 'ports.ts': acmeRegistry }

const registries: readonly [string, RegistryDefinition][] = [
  ['DriftOS', { services, ranges: {}, history: [] }],
  ['another repository', acme],
]

describe.each(registries)('for the registry of %s', (_, registry) => {
  const active = Object.entries(registry.services).filter(([, { status }]) => status === 'active')

  it('agentsSection names each service and no port', () => {
    const text = agentsSection({ command: 'ports', start: 'npm start' }).render(registry)!
    for (const [name, { port, variable }] of Object.entries(registry.services)) {
      expect(text).toContain(`| \`${name}\` | \`${variable}\` |`)
      expect(text).not.toMatch(new RegExp(`\\b${port}\\b`))
    }
    expect(text).toContain('`npm start` starts all services')
  })

  it('agentsSection names commands and options that exist', async () => {
    const text = agentsSection({ command: 'ports' }).render(registry)!
    const used = Array.from(text.matchAll(/`ports (\w+)([^`]*)`/g), ([, name, rest]) => [name!, rest!] as const)
    expect(used.length).toBeGreaterThan(5)
    for (const [name, rest] of used) {
      const { command } = await commands[name]!()
      for (const [, option] of rest.matchAll(/--(\w[\w-]*)/g)) expect(Object.keys(command.options)).toContain(option)
    }
  })

  it('vscodeTasks waits for each active service, by commands that exist and without a port', () => {
    const text = vscodeTasks({ command: ['ports'], start: ['npm', 'start'] }).render(registry)!
    const { version, tasks } = JSON.parse(text) as {
      version: string
      tasks: { label: string; type: string; command: string; args: string[]; isBackground?: boolean }[]
    }
    expect(version).toBe('2.0.0')
    expect(new Set(tasks.map(({ label }) => label)).size).toBe(tasks.length)
    expect(tasks[0]).toMatchObject({ command: 'npm', args: ['start'], isBackground: true })
    for (const { type, args, command } of tasks.slice(1)) {
      expect({ type, command, isKnown: Object.hasOwn(commands, args[0]!) }).toEqual({
        type: 'process',
        command: 'ports',
        isKnown: true,
      })
    }
    expect(tasks.filter(({ args }) => args[0] === 'wait').map(({ args }) => args[1])).toEqual(
      active.map(([name]) => name),
    )
    for (const [, { port }] of active) expect(text).not.toContain(String(port))
  })
})

it('vscodeTasks runs commands with the right arguments', async () => {
  const directory = await makeRepository(files)
  const { tasks } = JSON.parse(vscodeTasks({ command: ['ports'] }).render(acme)!) as {
    tasks: { args: string[] }[]
  }
  for (const { args } of tasks) {
    const quick = args[0] === 'wait' ? [...args, '--timeout', '0.01'] : args
    const { code, stderr } = await run(quick, { CI: '1' }, false, directory)
    expect([args, code < 2 ? code : stderr]).toEqual([args, expect.any(Number)])
  }
})

it('claudeLaunch starts a server on the port that the agent assigns', async () => {
  const directory = await makeRepository({
    ...files,
    'server.cjs': `require('http').createServer((_, r) => r.end(process.env.SHOP_PORT)).listen(process.env.PORT, '127.0.0.1')`,
  })
  const [node, ...cli] = [process.execPath, ...program] as const
  const generator = claudeLaunch({ command: [node, ...cli], start: { shop: [process.execPath, 'server.cjs'] } })
  const { version, configurations } = JSON.parse(generator.render(acme)!) as {
    version: string
    configurations: {
      name: string
      runtimeExecutable: string
      runtimeArgs: string[]
      port: number
      autoPort: boolean
    }[]
  }
  expect({ version, count: configurations.length }).toEqual({ version: '0.0.1', count: 1 })
  const { runtimeExecutable, runtimeArgs, ...rest } = configurations[0]!
  expect(rest).toEqual({ name: 'shop', port: acme.services['shop']!.port, autoPort: true })
  const PORT = String(await findFreePort())
  const env = { PATH: process.env['PATH'], CI: '1', PORT }
  const child = spawn(runtimeExecutable, runtimeArgs, { cwd: directory, env, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGTERM'))
  await expect.poll(async () => fetch(`http://127.0.0.1:${PORT}`).then(async (answer) => answer.text())).toBe(PORT)
})

it('claudeLaunch leaves out services that are not registered', () => {
  expect(claudeLaunch({ start: { nothing: ['npm', 'start'] } }).render(acme)).toBeUndefined()
})

it('agentsSection is empty for a registry without services', () => {
  expect(agentsSection().render({ services: {}, ranges: {}, history: [] })).toBeUndefined()
})
