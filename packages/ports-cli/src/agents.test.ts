import { services } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import { describe, expect, it } from 'vitest'
import { acme } from './acme.fixture.js'
import { commands } from './cli.js'
import { agentsSection } from './generate/agents-section.js'
import { vscodeTasks } from './generate/vscode-tasks.js'

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

it('agentsSection is empty for a registry without services', () => {
  expect(agentsSection().render({ services: {}, ranges: {}, history: [] })).toBeUndefined()
})
