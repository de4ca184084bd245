import { describe, expect, it } from 'vitest'
import { acme as registry } from '../acme.fixture.js'
import { formatFreeReserved } from '../project/reserved.js'
import { portsDocument } from './ports-document.js'

const { render } = portsDocument()
const text = render(registry)!
const lines = text.split('\n')
const { services, ranges, history, retired = {} } = registry

describe('portsDocument', () => {
  it.each(Object.entries(services))('has every field of %s', (name, service) => {
    const { port, containerPort, variable, containerName, scheme, summary, healthPath, metricsPath } = service
    const row = lines.find((line) => line.startsWith(`| \`${name}\` | ${port} |`))
    for (const fact of [`${scheme}://localhost:${port}`, variable, containerName, summary]) expect(row).toContain(fact)
    if (containerPort) expect(text).toContain(`| \`${containerName}\` | ${port}:${containerPort} |`)
    if (healthPath)
      expect(text).toContain(`| \`${name}\` | \`${healthPath}\` | ${metricsPath ? `\`${metricsPath}\`` : '–'} |`)
  })

  it.each(Object.entries(ranges))('has the range %s and its reserved ports', (name, range) => {
    const row = lines.find((line) => line.startsWith(`| \`${name}\` | ${range.first}-${range.last} |`))
    expect(row).toContain(range.summary)
    const free = formatFreeReserved(range, registry)
    if (free) expect(row).toContain(` ${free} `)
  })

  it('has every move in its order', () => {
    const moves = [...history, { service: 'shop', from: 7003, to: 7000, reason: 'another move' }]
    const rows = render({ ...registry, history: moves })!.split('\n')
    const order = moves.map(({ service, from, to, reason }) =>
      rows.indexOf(`| \`${service}\` | ${from} | ${to} | ${reason} |`),
    )
    expect(order).not.toContain(-1)
    expect(order).toEqual(order.toSorted((one, other) => one - other))
  })

  it('has every retired service with its last port and the reason', () => {
    for (const [name, { port, reason }] of Object.entries(retired)) {
      expect(lines).toContain(`| \`${name}\` | ${port} | ${reason} |`)
    }
    const ports = [...history.map(({ from }) => from), ...Object.values(retired).map(({ port }) => port)]
    expect(lines).toContain(`Retired ports, not to be reused: ${ports.join(', ')}.`)
  })

  it('has each variable once', () => {
    for (const { variable } of Object.values(services)) expect(text.split(`\`${variable}\``)).toHaveLength(2)
  })

  it('leaves out sections without a subject', () => {
    const { shop } = services
    const small = render({ services: { shop: shop! }, ranges: {}, history: [] })!
    expect(small).not.toMatch(/## (Ranges|History|Containers)/)
    expect(small).toContain('## Services')
  })

  it('is written where `file` says', () => {
    expect(portsDocument({ file: 'PORTS.md' }).file).toBe('PORTS.md')
  })
})
