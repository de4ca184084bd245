import { describe, expect, it } from 'vitest'
import type { PortRegistry } from '@driftos/ports/define'
import { findingsOf, registryOf } from './acme.fixture.js'

const shop: PortRegistry = registryOf({
  web: 7101,
  mail: 7102,
  queue: { port: 7103, containerPort: 7203, containerName: 'broker' },
  queueAdmin: { port: 7104, containerPort: 7204, containerName: 'broker' },
})

/** A compose file that builds the container `mail` in the directory of `web`. */
const composeWith = (build: string, path = '.') => ({
  [`${path}/compose.yml`]: `services:\n  mail:\n    build: ${build}\n    ports: ["7102:7102"]\n`,
})

const image = (port: number) => `FROM scratch\nEXPOSE ${port}\n`

describe('an image in the directory of another service', () => {
  it.each([
    ['a directory', './web', 'web/Dockerfile'],
    ['a context', '{ context: ./web }', 'web/Dockerfile'],
    ['a file', '{ context: web, dockerfile: Dockerfile.server }', 'web/Dockerfile.server'],
    ['a file with a path', '{ context: ., dockerfile: ./web/server.Dockerfile }', 'web/server.Dockerfile'],
    ['a file with a default', '{ context: web, dockerfile: "${FILE:-Dockerfile.server}" }', 'web/Dockerfile.server'],
    ['a file outside the context', '{ context: ./web/src, dockerfile: ../Dockerfile }', 'web/Dockerfile'],
    ['a file called like the other service', '{ context: ., dockerfile: web/Dockerfile.web }', 'web/Dockerfile.web'],
  ])('belongs to the container that is built from it, by %s', async (_kind, build, dockerfile) => {
    const files = { ...composeWith(build), 'web/package.json': '{"name":"web"}' }
    expect(await findingsOf(shop, { ...files, [dockerfile]: image(7102) })).toEqual([])
    expect(await findingsOf(shop, { ...files, [dockerfile]: image(7103) })).toEqual([
      `${dockerfile}:2 error wrong-port 7103`,
    ])
  })

  it('is found from a compose file below the root', async () => {
    const files = { ...composeWith('../web', 'deploy'), 'web/package.json': '{"name":"web"}' }
    expect(await findingsOf(shop, { ...files, 'web/Dockerfile': image(7102) })).toEqual([])
  })

  it('belongs to both services that are built from it', async () => {
    const compose =
      'services:\n  mail:\n    build: web\n    ports: ["7102:7102"]\n  web:\n    build: web\n    ports: ["7101:7101"]\n'
    const files = { 'compose.yml': compose, 'web/package.json': '{"name":"web"}' }
    expect(await findingsOf(shop, { ...files, 'web/Dockerfile': image(7101) })).toEqual([])
    expect(await findingsOf(shop, { ...files, 'web/Dockerfile': image(7102) })).toEqual([])
    expect(await findingsOf(shop, { ...files, 'web/Dockerfile': image(7103) })).toEqual([
      'web/Dockerfile:2 error wrong-port 7103',
    ])
  })

  it.each([
    ['a repository elsewhere', 'https://example.org/web.git'],
    ['a variable', '${CONTEXT}'],
    ['a Dockerfile in the compose file', '{ context: web, dockerfile_inline: "FROM scratch" }'],
    ['another directory', './mail'],
    ['a variable without a default', '{ context: web, dockerfile: "${FILE}" }'],
  ])('belongs to its directory when the container is built from %s', async (_kind, build) => {
    const files = { ...composeWith(build), 'web/package.json': '{"name":"web"}', 'web/Dockerfile': image(7102) }
    expect(await findingsOf(shop, files)).toEqual(['web/Dockerfile:2 error wrong-port 7102'])
  })

  it('belongs to its directory when the container is no service', async () => {
    const compose = 'services:\n  jobs:\n    build: web\n    environment: ["LOG_PORT=7300"]\n'
    const files = { 'compose.yml': compose, 'web/package.json': '{"name":"web"}', 'web/Dockerfile': image(7102) }
    expect(await findingsOf(shop, files)).toEqual(['web/Dockerfile:2 error wrong-port 7102'])
  })

  it('of Java is that of the package, three directories above', async () => {
    const files = { 'mail/pom.xml': '<project/>', 'mail/src/main/docker/Dockerfile': image(7101) }
    expect(await findingsOf(shop, files)).toEqual(['mail/src/main/docker/Dockerfile:2 error wrong-port 7101'])
  })
})

describe('a script that sets several numbers in the package of a service', () => {
  it.each(['start.sh', 'start.ps1', 'settings.py'])('%s may set those of other programs', async (file) => {
    const assign = (name: string, port: number) => `${file.endsWith('ps1') ? '$' : ''}${name}=${port}\n`
    const files = (port: number) => ({
      'mail/package.json': '{"name":"mail"}',
      [`mail/${file}`]: assign('DEFAULT_PORT', 7101) + assign('APP_PORT', port),
    })
    expect(await findingsOf(shop, files(7102))).toEqual([])
    expect(await findingsOf(shop, files(7101))).not.toEqual([])
  })
})

describe('what the judges of unseen repositories called false', () => {
  const web = { 'apps/web/package.json': '{"name":"web"}' }
  it.each<readonly [kind: string, files: Readonly<Record<string, string>>]>([
    [
      'the number inside a container, in a table of containers',
      { 'a.md': '| Service | Port |\n|---|---|\n| queue | :7203 |\n' },
    ],
    ['a copy that a build makes', { 'mail/bin/Debug/net8.0/appsettings.json': '{"WEB_URL":"http://localhost:7102"}' }],
    ['test cases', { 'mail/testcases/a.go': 'package a\n\nvar url = "http://localhost:7300"\n' }],
    ['a number of a pod', { 'k8s/settings.yaml': 'queue:\n  port: 7203\n' }],
    [
      'a proxy in the image of its service',
      {
        'docker/nginx.conf': 'proxy_pass http://127.0.0.1:7101;\n',
        '.env': 'WEB_PORT=7101\n',
        ...web,
        'apps/web/a.ts': 'app.listen(process.env.WEB_PORT ?? 7101)\n',
      },
    ],
  ])('is silent: %s', async (_kind, files) => {
    expect(await findingsOf(registryOf({ web: 7101, mail: 7102, queue: [7103, 7203], other: 7203 }), files)).toEqual([])
  })
})

describe('an unregistered number in a repository of one service', () => {
  it.each([
    ['src/a.ts', 'app.listen(7300)\n', 'error'],
    ['.env', 'API_URL=http://localhost:7300\n', 'warning'],
    ['start.sh', 'curl http://localhost:7300/health\n', 'warning'],
    ['README.md', 'Then open http://localhost:7300 in a browser.\n', undefined],
  ])('in %s', async (file, text, severity) => {
    const files = { 'package.json': '{"name":"mail"}', [file]: text }
    const rules = (await findingsOf(shop, files)).map((finding) => finding.split(' ')[1])
    expect(rules).toEqual(severity === undefined ? [] : [severity])
  })
})

describe('an address in a text of a program', () => {
  it.each(['e.g.', 'for example', 'such as', 'z. B.', 'por ejemplo:', 'par exemple', '例如：'])(
    'is an example after %s',
    async (words) => {
      const files = { 'a.ts': `const help = 'The address, ${words} http://localhost:7300'\n` }
      expect(await findingsOf(shop, files)).toEqual([])
    },
  )

  it.each([
    ['Makefile', 'all:\n\t@echo "Mail http://localhost:7101"\n', 'Makefile:2'],
    ['a.ts', "console.log('Mail http://localhost:7101')\n", 'a.ts:1'],
    ['a.sh', 'echo "Mail  http://localhost:7101"\n', 'a.sh:1'],
    ['a.ts', "const all = process.env.MAIL_URL ? [process.env.MAIL_URL] : ['http://localhost:7101']\n", 'a.ts:1'],
  ])('belongs to the service before it, in %s', async (file, text, place) => {
    const [finding] = await findingsOf(shop, { [file]: text })
    expect(finding).toMatch(new RegExp(`^${place} error wrong-port 7101`))
  })
})

describe('a container with two registered ports', () => {
  it.each([
    ['is right', '7103:7203', '7104:7204', []],
    ['has a wrong number inside', '7103:7203', '7104:7304', ['compose.yml:6 error wrong-port 7304']],
    [
      'has two wrong numbers inside',
      '7103:7303',
      '7104:7304',
      ['compose.yml:5 error wrong-port 7303', 'compose.yml:6 error wrong-port 7304'],
    ],
    ['has a further port', '7103:7203', '7110:7304', ['compose.yml:6 error unregistered-port 7110']],
  ])('%s', async (_kind, queue, admin, expected) => {
    const compose = `services:\n  broker:\n    image: x\n    ports:\n      - ${queue}\n      - ${admin}\n`
    expect(await findingsOf(shop, { 'compose.yml': compose })).toEqual(expected)
  })
})

describe('the own port of a program', () => {
  it.each(['NODEJS_PORT', 'EXPRESS_PORT', 'FLASK_PORT', 'UVICORN_PORT', 'RAILS_PORT', 'PORT'])(
    'may be in %s',
    async (variable) => {
      const files = (port: number) => ({
        'mail/package.json': '{"name":"mail"}',
        'mail/src/port.ts': `export const DEFAULT_PORT = process.env.${variable} ? Number(process.env.${variable}) : ${port}\n`,
      })
      expect(await findingsOf(shop, files(7102))).toEqual([])
      expect(await findingsOf(shop, files(7101))).toEqual(['mail/src/port.ts:1 error wrong-port 7101 -> 7102'])
    },
  )
})
