import { describe, expect, it } from 'vitest'
import { findingsIn, manifestOf } from '../check.fixture.js'

describe('unregistered-port', () => {
  it.each([
    ['listened on', { 'a.ts': 'app.listen({ port: 4000 })\n' }, 'a.ts:1:20 error unregistered-port 4000'],
    [
      'published',
      { 'compose.yml': 'services:\n  x:\n    ports: ["4000:80"]\n' },
      'compose.yml:3:14 error unregistered-port 4000',
    ],
    [
      'reached on this machine',
      { 'a.ts': "fetch('http://localhost:4000')\n" },
      'a.ts:1:25 error unregistered-port 4000',
    ],
    ['reserved for a service to come', { 'a.ts': 'app.listen(3006)\n' }, 'a.ts:1:12 error unregistered-port 3006'],
    [
      'listened on by a service that has another',
      { 'package.json': manifestOf('@driftos/gateway'), 'src/main.ts': 'app.listen({ port: 4000 })\n' },
      'src/main.ts:1:20 error unregistered-port 4000 -> 3000',
    ],
    [
      'opened for a tunnel',
      { 'run.sh': 'ssh -L 5434:localhost:5432 box\n' },
      'run.sh:1:8 error unregistered-port 5434',
    ],
    [
      'published beside that of the service',
      { 'compose.yml': 'services:\n  postgres:\n    ports: ["22:22", "5433:5432"]\n' },
      'compose.yml:3:14 error unregistered-port 22',
    ],
    [
      'listened on near the name of a service',
      { 'a.ts': '// as core does\napp.listen(4000)\n' },
      'a.ts:2:12 error unregistered-port 4000',
    ],
    [
      'another program’s, by its variable',
      { '.env': 'REDIS_URL=redis://localhost:6379\n' },
      '.env:1:29 warning unregistered-port 6379',
    ],
    [
      'shown in a document',
      { 'README.md': 'Open http://localhost:4000.\n' },
      'README.md:1:23 warning unregistered-port 4000',
    ],
  ])('finds a port that is %s', async (_, files: Readonly<Record<string, string>>, finding) => {
    expect(await findingsIn(files)).toEqual([finding])
  })

  it.each([
    ['a container’s alone', { 'compose.yml': 'services:\n  core:\n    ports: ["3001:8080"]\n    expose: [9229]\n' }],
    ['another machine’s', { 'a.ts': "fetch('https://example.com:8443')\n" }],
    ['made up by a test', { 'src/a.test.ts': 'app.listen(4000)\n' }],
    ['compared with', { 'a.ts': 'if (port === 4000) stop()\n' }],
    ['a workflow’s', { '.github/workflows/ci.yml': 'env:\n  REDIS_URL: redis://localhost:6379\n' }],
    [
      'a cloud firewall’s',
      { 'main.tf': 'resource "aws_security_group_rule" "postgres" {\n  from_port = 22\n  to_port = 22\n}\n' },
    ],
    ['a managed database’s', { 'db.hcl': 'resource "aws_db_instance" "main" {\n  port = 5432\n}\n' }],
    ['at the other end of a tunnel', { 'run.sh': 'ssh -L 5433:localhost:5432 box\n' }],
    [
      'at the other end of a tunnel of words',
      { 'compose.yml': 'services:\n  a:\n    command: ["ssh", "-L", "5433:localhost:5432", "box"]\n' },
    ],
    ['at that end in a list', { 'a.yml': 'args: ["-N", "-L", "5433:localhost:5432", "box"]\n' }],
    ['opened on another machine', { 'run.sh': 'ssh -R 0.0.0.0:8080:localhost:3000 box\n' }],
    ['spoken of', { 'README.md': 'A service on port 4000 would be unregistered.\n' }],
    ['in a comment', { 'a.ts': '// such as http://localhost:4000\n' }],
  ])('passes over a port that is %s', async (_, files: Readonly<Record<string, string>>) => {
    expect(await findingsIn(files)).toEqual([])
  })

  it.each([
    'const timeout = 3000',
    'enum Code { A = 3001, B = 3002 }',
    'z.string().max(3000)',
    "const stack = 'at traces.tsx:1131'",
    "const address = '2002:7f00:1::'",
    "const color = '#3010ff'",
    'process.env.BATCH_EXPORT_SIZE = 5000',
    'withViewportWidth(3000)',
    'const year = 2026',
    "const image = 'node:20'",
  ])('does not take for a port what stands in %s', async (line) => {
    expect(await findingsIn({ 'a.ts': `${line}\n` })).toEqual([])
  })
})
