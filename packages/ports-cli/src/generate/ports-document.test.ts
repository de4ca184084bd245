import { history, ranges, services, type ServiceDefinition } from '@driftos/ports'
import { describe, expect, it } from 'vitest'
import { registry, registryWith } from './fake-registry.fixture.js'
import { formatFreeReserved } from '../project/reserved.js'
import { portsDocument } from './ports-document.js'

const text = portsDocument.render(registry)
const lines = text.split('\n')

describe('portsDocument', () => {
  it.each(Object.entries(services))('tells everything of %s', (name, service: ServiceDefinition) => {
    const { port, containerPort, variable, containerName, scheme, summary, healthPath, metricsPath } = service
    const row = lines.find((line) => line.startsWith(`| \`${name}\` | ${port} |`))
    for (const fact of [`${scheme}://localhost:${port}`, variable, containerName, summary]) expect(row).toContain(fact)
    if (containerPort) expect(text).toContain(`| \`${containerName}\` | ${port}:${containerPort} |`)
    if (healthPath)
      expect(text).toContain(`| \`${name}\` | \`${healthPath}\` | ${metricsPath ? `\`${metricsPath}\`` : '–'} |`)
  })

  it.each(Object.entries(ranges))('tells the range %s and what is reserved in it', (name, range) => {
    const row = lines.find((line) => line.startsWith(`| \`${name}\` | ${range.first}-${range.last} |`))
    expect(row).toContain(range.summary)
    const free = formatFreeReserved(range, registry)
    if (free) expect(row).toContain(` ${free} `)
  })

  it.each(history)('tells that $service moved from $from to $to, and why', ({ service, from, to, reason }) => {
    expect(lines).toContain(`| \`${service}\` | ${from} | ${to} | ${reason} |`)
  })

  it('tells history in its order', () => {
    const order = history.map(({ service, from }) =>
      lines.findIndex((line) => line.startsWith(`| \`${service}\` | ${from} |`)),
    )
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })

  it('names a retired port only as what somebody left', () => {
    const held = new Set<number>(Object.values(services).map(({ port }) => port))
    const retiredPorts = [...new Set(history.map(({ from }) => from))].filter((port) => !held.has(port))
    const [first] = retiredPorts
    const { service, from, to, reason } = history.find((move) => move.from === first)!
    expect(lines.filter((line) => line.includes(`${first}`))).toEqual([
      `| \`${service}\` | ${from} | ${to} | ${reason} |`,
      `Retired, held by nobody and not to be reused: ${retiredPorts.join(', ')}.`,
    ])
  })

  it('tells which services are gone, the port that each held, and why', () => {
    const document = portsDocument.render({ ...registry, retired: { billing: { port: 4321, reason: 'nobody paid' } } })
    expect(document).toContain('| `billing` | 4321 | nobody paid |\n')
    expect(document).toMatch(/^Retired, held by nobody and not to be reused: .*\b4321\.$/m)
    expect(text).not.toContain('nobody paid')
  })

  it.each([
    ['a range of the services that ends at 3006', /3000-3006/],
    ['website and demo as reserved', /3004-3009|3005-3009/],
    ['a service called llm', /`llm`|driftos-llm/i],
    ['the variable PORT as that of one service', /\| `PORT` \|/],
    ['3002 as retired', /Retired.*3002/],
  ])('does not give %s, as the page before it did', (_, contradiction) => {
    expect(text).not.toMatch(contradiction)
  })

  it('gives every service a variable of its own', () => {
    const variables = Object.values(services).map(({ variable }) => variable)
    for (const variable of variables) expect(text.split(`\`${variable}\``)).toHaveLength(2)
  })

  it('changes the lines that name the port when a port changes, and no other', () => {
    expect(portsDocument.render(registryWith('website', { port: 4321 }))).toBe(
      text.replaceAll(`${services.website.port}`, '4321'),
    )
  })
})
