import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMarkdownReader } from './read-markdown.js'
import { describeSightings } from '../sightings.fixture.js'
import { readText } from '../text/text.js'

const readMarkdown = createMarkdownReader((language, text) =>
  language === 'sh' ? readText(text, { style: 'code' }) : [],
)

/** `port label`, a sighting each; `past:` before one told of the past, `inside:` before a container's. */
function labels(text: string, path = 'README.md'): string {
  return readMarkdown(text, path)
    .map(({ port, clues, isPast, side }) => {
      const marks = `${isPast ? 'past:' : ''}${side === 'container' ? 'inside:' : ''}`
      return `${marks}${port} ${clues.find(({ kind }) => kind !== 'context')?.text ?? ''}`.trim()
    })
    .join(', ')
}

/** The ports alone. */
function ports(text: string, path = 'README.md'): number[] {
  return readMarkdown(text, path).map(({ port }) => port)
}

describe('createMarkdownReader', () => {
  it.each([
    ['The server listens on port 3000.', '3000 server'],
    ['Grafana runs on port **3010**', '3010 Grafana'],
    ['- Port: `3000`', '3000'],
    ['Ports 3000, 3001 and 3002 are taken', '3000, 3001, 3002'],
    ['- **3000** is the port of the gateway', '3000 gateway'],
    ['The API is served on 8080.', '8080 API'],
    ['- Grafana: http://localhost:3010 (admin/admin)', '3010 Grafana'],
    ['- **Website** → `http://localhost:3004`', '3004 Website'],
    ['To visit [Grafana](http://localhost:3010/d/1).', '3010 Grafana'],
    ['[![Build](https://img.shields.io/badge/port-3000-blue)](http://localhost:3001)', '3001 Build'],
    ['### Gateway (3000)', '3000 Gateway'],
    ['The gateway (3000) is the main entry point and proxies to core', '3000 gateway'],
    ['Connect with `psql -h localhost -p 5433`', '5433 psql -h localhost -p'],
    ['- **postgres**: 5433:5432', '5433 postgres, inside:5432 postgres'],
    ['- **Internal container port**: 5432', 'inside:5432'],
    ['- External/host port: 5433', '5433'],
    ["- `GRAFANA_PORT` - Grafana's port, 3010 by default", "3010 Grafana's"],
    ['Prometheus runs on 9091 (9090 inside the container).', '9091 Prometheus, inside:9090 Prometheus'],
    ['The range 3000-3009 is reserved for ports.', '3000 reserved, 3009 reserved'],
    ["The port is '30_795'", '30795'],
    ['- Grafana (core): http://localhost:3010 (admin/admin)', '3010 Grafana (core)'],
    ['Postgres (host 5433 → container 5432) is up', '5433 Postgres, inside:5432 Postgres'],
    ['Metrics are on :9100/metrics.', '9100 Metrics'],
    ['gateway:3000 -> core:3001', 'inside:3000 gateway, inside:3001 core'],
    ['Grafana listens on port `3010` (container port 3000).', '3010 Grafana, inside:3000 Grafana'],
  ])('sees in %j %j', (text, expected) => {
    expect(labels(text)).toBe(expected)
  })

  it.each([
    ['gateway 3000, core 3001', '3000 gateway, 3001 core'],
    ['Gateway (3000) proxies to core (3001).', '3000 Gateway, 3001 core'],
    ['The gateway proxies to core on port 3001 and to embed on port 3002.', '3001 core, 3002 embed'],
    ['Prometheus (port 9091) scrapes core at localhost:3001/metrics.', '9091 Prometheus, 3001 core'],
    ['The core (http://localhost:3001) and embed (http://localhost:3002) services', '3001 core, 3002 embed'],
    ['Ports 3000 (gateway), 3001 (core) and 5433 (postgres) are free', '3000 gateway, 3001 core, 5433 postgres'],
    ['Core and embed listen on 3001 and 3002 respectively.', '3001 Core, 3002 embed'],
    ['`GET http://localhost:3000/api` → core (3001)', '3000, 3001 core'],
    ['http://localhost:3001/docs - the documentation of core', '3001 documentation of core'],
  ])('gives each number of %j the label nearest to it', (text, expected) => {
    expect(labels(text)).toBe(expected)
  })

  it('takes numbers at the beginning or end of a line for ports below a heading that speaks of them', () => {
    const lines = [
      '- **3000** - driftos-gateway (API Gateway)',
      '- 3000: db-api',
      '- service-discovery: 8761',
      '- **3004-3009** - Reserved',
      '- API: 3000 (dev), 4000 (prod)',
      '- **301x**: Core support',
    ]
    expect(lines.map((line) => labels(`## Ports\n\n${line}`))).toMatchInlineSnapshot(`
      [
        "3000 driftos-gateway",
        "3000 db-api",
        "8761 service-discovery",
        "3004 Reserved, 3009 Reserved",
        "3000 API, 4000 API",
        "",
      ]
    `)
    expect(labels('- **3000** - apples\n- 3000: pears\n- plums: 3000')).toBe('')
  })

  it.each([
    [
      '1. **Core Grafana (3002 → 3010)**: Originally on 3002. Moved to 3010.',
      'past:3002 Core Grafana, past:3010 Core Grafana, past:3002 Core Grafana, past:3010 Core Grafana',
    ],
    ['Grafana was on port 3002, now 3010.', 'past:3002 Grafana, 3010 Grafana'],
    ['Grafana used to run on 3002.', 'past:3002 Grafana'],
    ['The gateway port changed from **3003** to **3000**.', 'past:3003 gateway, past:3000 gateway'],
    ['Postgres listens on 5433 instead of 5432.', '5433 Postgres, past:5432 Postgres'],
    ['- PostgreSQL uses **5433** (not 5432)', '5433 PostgreSQL, past:5432 PostgreSQL'],
    ['Postgres on port 5433 avoids conflicts with a local PostgreSQL (5432)', '5433 Postgres, past:5432 Postgres'],
    ['~~Gateway: http://localhost:3003~~', 'past:3003 Gateway'],
    ['Open `http://localhost:3000` (was 3003)', '3000, past:3003'],
    ['The gateway no longer listens on port 3003', 'past:3003 gateway'],
    ['Grafana on port 3010 is used to watch core', '3010 Grafana'],
    ['The legacy embedding server still runs on 8100.', '8100 legacy embedding server still'],
  ])('tells the past from the present in %j', (text, expected) => {
    expect(labels(text)).toBe(expected)
  })

  it('takes all for past in a changelog, a history and behind "Before:"', () => {
    const text = 'Gateway: http://localhost:3003'
    expect(labels(text, 'docs/CHANGELOG.md')).toBe('past:3003 Gateway')
    expect(labels(text, '.changeset/move-gateway-3000.md')).toBe('past:3003 Gateway')
    expect(labels(`## Port Conflict History\n\n### Resolved\n\n${text}`)).toBe('past:3003 Gateway')
    expect(
      labels(
        `Before:\n\n\`\`\`sh\ncurl http://localhost:3003\n\`\`\`\nAfter:\n\`\`\`sh\ncurl http://localhost:3000\n\`\`\``,
      ),
    ).toMatch(/^past:3003.*, 3000/)
    expect(labels(`## Database migrations\n\n${text}`)).toBe('3003 Gateway')
    expect(labels(`## Before you start\n\n${text}`)).toBe('3003 Gateway')
  })

  it('reads tables by their headings, with the row as labels', () => {
    const text = `## Quick Reference

| Service | Port | Container Port | Access |
|---------|-----:|------|--------|
| **Main** | | | |
| driftos-gateway | 3000 | - | http://localhost:3000 |
| Grafana (core) | **3010** | 3000 | [open](http://localhost:3010) |
| PostgreSQL | 5433:5432 | | localhost:5433 |
| Future | 3006-3009 | | |
`
    expect(describeSightings(readMarkdown, text, 'README.md')).toMatchInlineSnapshot(`
      "6:21 3000 table cell, host | label driftos-gateway | context Quick Reference
      6:49 3000 url, host | label driftos-gateway | context Quick Reference
      7:22 3010 table cell, host | label Grafana (core) | context Quick Reference
      7:31 3000 table cell, container | label Grafana (core) | context Quick Reference
      7:62 3010 url, host | label Grafana (core) | context Quick Reference
      8:16 5433 publish, host | label PostgreSQL | context Quick Reference
      8:21 5432 container, container | label PostgreSQL | context Quick Reference
      8:40 5433 url, host | label PostgreSQL | context Quick Reference
      9:12 3006-3009 table cell, host | label Future | context Quick Reference
      9:17 3009-3006 table cell, host | label Future | context Quick Reference"
    `)
  })

  it.each([
    ['| Variable | Default |\n|--|--|\n| `GRAFANA_PORT` | `3010` |\n| `TIMEOUT` | 3000 |', '3010 GRAFANA_PORT'],
    ['| Repo | Stars | Port |\n|--|--|--|\n| foo/bar | 3000 | 8080 |\n| foo/baz | 45000 | N/A |', '8080 foo/bar'],
    ['| | gateway | core |\n|--|--|--|\n| Port | 3000 | 3001 |\n| Stars | 3000 | 2000 |', '3000 gateway, 3001 core'],
    [
      '| Environment | Backend Port | Frontend Port |\n|--|--|--|\n| Test | 5001 | 3001 |',
      '5001 Backend, 3001 Frontend',
    ],
    ['| Service | Port |\n|--|--|\n| client | **80** inside → host **25173** |', 'inside:80 client, 25173 client'],
    ['| Service | Old Port | New Port |\n|--|--|--|\n| API | 3000 | 4567 |', 'past:3000 API, 4567 API'],
    ['| Service | Internal/External port |\n|--|--|\n| db | 5432/5433 |', 'inside:5432 db, 5433 db'],
    ['| Port | Service | Description |\n|--|--|--|\n| 3000 | web | proxies to core on 3001 |', '3000 web, 3001 core'],
    ['| Service | Default Port | New Port |\n|--|--|--|\n| Grafana | 3000 | 3010 |', 'past:3000 Grafana, 3010 Grafana'],
    ['| Serviço | Porta |\n|--|--|\n| busca | 8001 |', '8001 busca'],
  ])('reads the table %j', (text, expected) => {
    expect(labels(text)).toBe(expected)
  })

  it('reads drawings of boxes, and names those whose name stands above', () => {
    const text = `\`\`\`
┌──────────┐     ┌──────────┐
│ Gateway  │ ──> │   Core   │
│  :3000   │     │  :3001   │
└──────────┘     └──────────┘
│ Embed :3002 │ ──> │ Postgres (5433) │
Client ──> Website (:3004)
├── src/
│   ├── index.ts      # 3000 lines
\`\`\`
\`\`\`mermaid
  A[Grafana :3010] --> B["Prometheus<br/>Port 9091"]
\`\`\``
    expect(labels(text)).toBe(
      '3000 Gateway, 3001 Core, 3002 Embed, 5433 Postgres, 3004 Website, 3010 Grafana, 9091 Prometheus',
    )
  })

  it('hands code to the reader of its language, with the words before it as context', () => {
    const text = 'Start the core service:\r\n\r\n```sh\r\nPORT=3001 npm start\r\n```\r\n'
    expect(describeSightings(readMarkdown, text, 'README.md')).toBe(
      '4:6 3001 env value, host | variable PORT | context core service',
    )
  })

  it('names what a line leaves unnamed by the item that it belongs to', () => {
    expect(labels('- **Grafana** (dashboards)\n  - URL: http://localhost:3010\n  - Port: 3010\n')).toBe(
      '3010 Grafana, 3010 Grafana',
    )
  })

  it.each([
    [
      'README.rst',
      'Ports\n=====\n\n===== =======\nPort  Service\n===== =======\n3001  core\n===== =======\n',
      '3001 core',
    ],
    [
      'README.rst',
      '+------+------+\n| Name | Port |\n+======+======+\n| core | 3001 |\n+------+------+\n',
      '3001 core',
    ],
    ['README.rst', 'Run it::\n\n    curl http://localhost:3001\n\nDone\n', '3001 curl'],
    ['README.adoc', '|===\n|Name |Port\n\n|core\n|3001\n|===\n', '3001 core'],
    [
      'README.adoc',
      '== Gateway (3000)\n\n[source,sh]\n----\ncurl http://localhost:3001/health\n----\n',
      '3000 Gateway, 3001',
    ],
    ['notes.txt', 'Grafana: http://localhost:3010', '3010 Grafana'],
  ])('reads %s: %j', (path, text, expected) => {
    expect(labels(text, path)).toBe(expected)
  })

  it.each([
    'Released 2024, version 3.3000, issue #3000, PR (#3001), `traces.tsx:1131`, on 2024-10-30 at 10:30, ratio 16:9.',
    'L3000-L3010, lines 3000-3010, 3000 ms, 3000 requests, 5000 users, $3000, 3000px, ~3000 lines, 3000%, 3000+ stars.',
    'Call 555-3000 or +1 800 3000. IPv6 2002:7f00:1::, 2001:db8::3000, commit 3010ff3, #3010ff, a3000, gpt-4-3000.',
    '<img src="x.png" width="3000" height="3001"> [^3000] `node:20` `redis:7.2`, uid 1000:1000, chmod 0755',
    'The team of 3000 (2019) has run 3000 tests in 3001 files. Apollo (1969), React (2013). 5,000 users, 12,345 items.',
    '- 2024: founded\n- **2023** - first API\n1. 3000 users\n\ntimeout: 3000\n\n`{ timeout: 3000 }`',
    'Set `BATCH_EXPORT_SIZE=5000` and `withViewportWidth(3000)`; codes 3001-3013; at most 4096 tokens (8192 max).',
    '| Model | Context | Stars |\n|--|--|--|\n| gpt | 8192 | 3000 |',
    'test/test.ts:999:999 - error TS2344; {"pid":6080}; node[6080]; items in the cache (1000)',
    'Plug it into USB port 2 or the serial port 3000.',
    'Increase timeout to 5000. Set max connections to 1000. Server memory (4096). API calls: 5000. Redis: 10000 keys.',
    '```\nsrc/app.ts:3000:12 - error\ntook 3000 ms\n```',
  ])('sees no port in %j', (text) => {
    expect(ports(text)).toEqual([])
  })

  it('gives every position of a number in any text, in order and once', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'port 3000',
        '3002 → 3010',
        '**30**00',
        '|',
        '|--|--|',
        '\n',
        '\r\n',
        '```',
        '- ',
        '# ',
        '`',
        '(',
        ')',
        '[',
        '](',
        '~~',
        '😀',
        '\uFEFF',
        '===',
        '\t',
        ' ',
      ),
      fc.string({ unit: 'binary' }),
      fc.nat(70_000).map(String),
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.constantFrom('a.md', 'a.rst', 'a.adoc', 'a.txt', 'CHANGELOG.md'),
        (pieces, path) => {
          const text = pieces.join('')
          const found = readMarkdown(text, path)
          for (const [index, { start, end, port }] of found.entries()) {
            expect(Number(text.slice(start, end).replace('_', ''))).toBe(port)
            expect(start).toBeGreaterThan(found[index - 1]?.start ?? -1)
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it.each([
    ['brackets', '['],
    ['quotes', '>'],
    ['backticks', '`'],
    ['underscores', '_'],
    ['spaces', ' '],
    ['dashes', '-'],
    ['cells', '|3000'],
    ['colons', ':'],
    ['tags', '<a '],
    ['items', '- '],
    ['rules', '+-'],
  ])('reads a line of 20,000 %s in a moment', (_, piece) => {
    expect(ports(`port ${piece.repeat(20_000)} 3000\n\nport 3001`).at(-1)).toBe(3001)
  })
})
