import { describe, expect, it } from 'vitest'
import { findUnsound, matchesOf } from '../matches.fixture.js'

const cases: readonly (readonly [text: string, expected: readonly string[]])[] = [
  ['- **Grafana**: http://localhost:3002', ['3002 label host Grafana=label [host local, scheme http]']],
  ['- **Grafana:** <http://localhost:3002> (admin/admin)', ['3002 label host Grafana=label [host local, scheme http]']],
  ['* [Grafana](http://localhost:3002)', ['3002 label host Grafana=label [host local, scheme http]']],
  ['- Grafana: http://localhost:3002/login', ['3002 reach host Grafana=label [host local, scheme http]']],
  ['- http://localhost:3002 - Grafana', ['3002 label host Grafana=label [host local, scheme http]']],
  ['- core (port 3001)', ['3001 label host core=label']],
  ['- `core` on port `3001`', ['3001 label host core=label']],
  ['- **postgres**: 5433:5432', ['5433 label host postgres=label [inner 5432]', '5432 inner container postgres=label']],
  ['# Ports\n\n- **3000** - shop-gateway (main entry)', ['3000 label host shop-gateway=label main entry=hint']],
  ['# Ports\n\n- 3000: gateway', ['3000 label host gateway=label']],
  ['# Ports\n\n- gateway: 3000', ['3000 label host gateway=label']],
  [
    '# Ports\n- **5433** - Postgres\n  - Internal container port: 5432',
    ['5433 label host Postgres=label', '5432 expose container Postgres=label'],
  ],
  ['- **Grafana**\n  - URL: http://localhost:3002', ['3002 label host Grafana=label [host local, scheme http]']],
  ['| Service | Port |\n|---|---|\n| **core** | 3001 |', ['3001 label host core=label']],
  ['| Port | Service |\n|---|---|\n| `3001` | core (LLM) |', ['3001 label host core=label LLM=hint']],
  [
    '| Name | Host port | Container port |\n|---|---|---|\n| db | 5433 | 5432 |',
    ['5433 label host db=label', '5432 expose container db=label'],
  ],
  [
    '| Service | Where |\n|---|---|\n| core | http://localhost:3001 |',
    ['3001 label host core=label [host local, scheme http]'],
  ],
  [
    '| App | Mapping |\n|-|-|\n| db | 5433:5432 |',
    ['5433 label host db=label [inner 5432]', '5432 expose container db=label'],
  ],
  ...[
    '端口',
    'HTTP 端口',
    'Puerto',
    'Porta',
    'Порт',
    'ポート',
    '포트',
    'Cổng',
    '連接埠',
    'Suggested `CORE_PORT`',
    'HTTP',
  ].map((title) => [`| 服务 | ${title} |\n|---|---|\n| core | 3001 |`, ['3001 label host core=label']] as const),
  ...['Porta interna', 'Puerto interno', '容器端口', 'Container port'].map(
    (title) => [`| Name | ${title} |\n|---|---|\n| core | 3001 |`, ['3001 expose container core=label']] as const,
  ),
  [
    '| Address | Port | Project | Service |\n|-|-|-|-|\n| 10.0.0.1 | 3001 | Shop | **core** |',
    ['3001 label host core=label'],
  ],
  [
    '| Variable | Example value |\n|---|---|\n| `CORE_PORT` | `3001` |',
    ['3001 value host CORE_PORT=variable [isExample]'],
  ],
  [
    '| Service | Database | Port |\n|---|---|---|\n| core | core_db | 5433 |',
    ['5433 label host core=label database=hint'],
  ],
  [
    '| Service | HTTP | gRPC port | Metrics port |\n|---|---|---|---|\n| core | 3001 | 9001 | 9101 |',
    ['3001 label host core=label', '9001 mention host core=label', '9101 mention host core=label'],
  ],
  ['- **Loki**: Logs (port 3100)', ['3100 label host Loki=label']],
  ['**Loki** (端口 3100):', ['3100 label host Loki=label']],
  ['- core uses port 3001, which is open', ['3001 label host core=label']],
  ['The core service binds to port 3001.', ['3001 label host core service=label core=label']],
  ['- Broker on ports 5673/15673', ['5673 label host Broker=label']],
  ['Core listens on port `8081` inside the `shop-net` Docker network.', ['8081 expose container Core=label']],
  [
    '```sh\n$ docker run -p 3001:3000 \\\n  acme/core\n```',
    ['3001 publish host core=image [inner 3000]', '3000 inner container core=image'],
  ],
  ...[
    'A["core<br/>:3001 / :9001"]',
    'A --> B[core :3001]',
    'B(("core\\n:3001"))',
    'B[core<br/>Node.js<br/>port 3001]',
    'participant C as core (3001)',
    'component "core :3001" as C',
  ].map((node) => [`\`\`\`mermaid\n${node}\n\`\`\``, ['3001 label host core=label']] as const),
  ['| Variable | Default |\n|---|---|\n| `CORE_PORT` | `3001` |', ['3001 value host CORE_PORT=variable']],
  ['The gateway listens on port 3000.', ['3000 label host gateway=label']],
  [
    'Build it. The core service runs on http://localhost:3001.',
    ['3001 label host core service=label core=label [host local, scheme http]'],
  ],
  ['- gateway: formerly on port 3003', []],
  ['Grafana previously runs on port 3003.', ['3003 label host Grafana previously=label [isPast]']],
  ['Open <http://localhost:4173>.', ['4173 reach host [host local, scheme http, isForBrowser]']],
  ['```env\nCORE_PORT=3001\n```', ['3001 value host CORE_PORT=variable']],
  ['```js\napp.listen(3000)\n```', ['3000 mention host']],
  ['```\nCORE_PORT=3001\n```', ['3001 value host CORE_PORT=variable']],
  ['<!-- http://localhost:3000 -->', ['3000 reach host [host local, scheme http, isComment]']],
]

const label = '3002 label host Grafana=label [host local, scheme http]'
const comment = '3002 reach host [host local, scheme http, isComment]'

/** Other formats: path, text, matches. */
const formats: readonly (readonly [path: string, text: string, expected: readonly string[]])[] = [
  ['a.md', 'Grafana\n: http://localhost:3002', [label]],
  ['a.md', 'Grafana\n\n: http://localhost:3002', ['3002 reach host [host local, scheme http]']],
  ['a.md', '[//]: # (http://localhost:3002)', [comment]],
  ['a.mdx', '{/* http://localhost:3002 */}', [comment]],
  ['a.mdx', '{/*\n- **Grafana**: http://localhost:3002\n*/}', [label.replace('scheme http', 'scheme http, isComment')]],
  ['a.adoc', 'Grafana:: http://localhost:3002', [label]],
  ['a.adoc', '[source,env]\n----\nCORE_PORT=3001\n----\n', ['3001 value host CORE_PORT=variable']],
  ['a.adoc', '// http://localhost:3002', [comment]],
  ['a.adoc', '////\nhttp://localhost:3002\n////\n', [comment]],
  [
    'a.adoc',
    '|===\n|Service |Port\n\n|core\n|3001\n\n|web |3003\n|===',
    ['3001 label host core=label', '3003 label host web=label'],
  ],
  ['a.adoc', '[cols="1,1"]\n|===\n|Service\n|Port\n|core\n|3001\n|===', ['3001 label host core=label']],
  ['a.adoc', '[cols="2*"]\n|===\n|Service\n|Port\n|core\n|3001', ['3001 label host core=label']],
  ['a.rst', 'Grafana\n    http://localhost:3002', [label]],
  ['a.rst', '.. http://localhost:3002', [comment]],
  ['a.rst', '..\n   see http://localhost:3002\n\nThe end.', [comment]],
  ['a.rst', '.. note:: Open http://localhost:3002', ['3002 reach host [host local, scheme http, isForBrowser]']],
  [
    'a.rst',
    '+---------+------+\n| Service | Port |\n+=========+======+\n| core    | 3001 |\n+---------+------+\n| web     | 3003 |\n+---------+------+',
    ['3001 label host core=label', '3003 label host web=label'],
  ],
  ['a.org', '# http://localhost:3002', []],
]

const silent = [
  'The gateway was on port 3003.',
  '## 3. Title',
  '# 3000 Ways to run core',
  '- 2024 - Released',
  '# Ports\n- 2024: Released',
  '- Timeout: 3000',
  '| Query | Requests |\n|---|---|\n| core | 3000 |',
  'See the media query (`:3843-3848`) in `index.css`.',
  'The address is fe80::3000:3001.',
  '# Ports\n- **3004-3009** - Reserved',
  '# Ports\n1. **Core Grafana (3002 → 3010)**: conflicted.',
  '# Ports\n- The gateway (3003) is the main entry point and proxies.',
  'Version 1.3000 and 3000 users.',
  '- **Loki**: Logs from Promtail (port 3100)',
  '```mermaid\nA[core 3001 users] --> B[2024]\n```',
  '- Importa: 3001',
  '| Airport | Support |\n|---|---|\n| core | 3001 |',
]

describe('readDocument', () => {
  it.each(cases)('reads %j', async (text, expected) => {
    expect(await matchesOf('a.md', text)).toEqual(expected)
  })

  it.each(formats)('reads %s: %j', async (path, text, expected) => {
    expect(await matchesOf(path, text)).toEqual(expected)
  })

  it.each(silent)('finds no port in %j', async (text) => {
    expect(await matchesOf('a.md', text)).toEqual([])
  })

  it.each(['a.md', 'a.mdx', 'a.rst', 'a.adoc', 'a.org'])(
    'returns the number of each match for any text of %s',
    async (path) => {
      expect(await findUnsound(path)).toBeUndefined()
    },
  )
})
