import { readFile, symlink, mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../cli.fixture.js'
import { makeRepository, readAll } from '../repository.fixture.js'

/** A repository that keeps its ports where they are used. */
const files = {
  'package.json': '{ "name": "acme" }',
  'docker-compose.yml': `services:
  db:
    image: postgres:16
    ports: ["127.0.0.1:5544:5432"]
  web-shop:
    ports: ["8080:80"]
`,
  'api/package.json': '{ "name": "@acme/api" }',
  'api/src/main.ts': "app.listen({ port: Number(process.env.PORT ?? 4400) })\nfetch('http://localhost:9123/x')\n",
  '.env.example': 'ADMIN_PORT=4500\nTIMEOUT=3000\n',
  'README.md': 'The shop was on port 7070 before.\n',
}

function compose(service: string, ports: string): string {
  return `services:\n  ${service}:\n    ports: ["${ports}"]\n`
}

describe('init', () => {
  it('proposes a registry from the ports in the files, and writes nothing', async () => {
    const root = await makeRepository(files)
    const before = await readAll(root)
    const { code, stdout, stderr } = await run(['init'], {}, false, root)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatchInlineSnapshot(`
      "import { defineRegistry } from '@driftos/ports/define'

      export default defineRegistry({
        services: {
          // api/src/main.ts:1
          api: { port: 4400, containerName: "api", variable: "API_PORT", scheme: "http", status: "active", summary: "Api" },
          // .env.example:1
          admin: { port: 4500, containerName: "admin", variable: "ADMIN_PORT", scheme: "http", status: "active", summary: "Admin" },
          // docker-compose.yml:4
          db: { port: 5544, containerPort: 5432, containerName: "db", variable: "DB_PORT", scheme: "postgresql", status: "active", summary: "Db" },
          // docker-compose.yml:6
          webShop: { port: 8080, containerPort: 80, containerName: "web-shop", variable: "WEB_SHOP_PORT", scheme: "http", status: "active", summary: "Web shop" },
        },
        ranges: {},
        history: [],
      })
      "
    `)
    expect(await readAll(root)).toEqual(before)
  })

  it('writes a registry and a configuration on which the other commands work', async () => {
    const root = await makeRepository(files)
    await mkdir(join(root, 'node_modules/@driftos'), { recursive: true })
    for (const name of ['ports', 'ports-cli']) {
      const home =
        name === 'ports'
          ? dirname(createRequire(import.meta.url).resolve('@driftos/ports/package.json'))
          : join(import.meta.dirname, '../..')
      await symlink(home, join(root, 'node_modules/@driftos', name))
    }
    expect(await run(['init', '--write'], {}, false, root)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^wrote ports\.ts\nwrote driftos-ports\.config\.ts\n\nNext:\n(?:  driftos-ports (?:list|sync|check) .*\n){3}$/,
      ) as string,
    })
    const { code, stdout, stderr } = await run(['env'], {}, false, root)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('WEB_SHOP_PORT=8080\n')
    expect(await run(['sync'], {}, false, root)).toMatchObject({ code: 0 })
    expect(await readFile(join(root, '.env.example'), 'utf8')).toBe(files['.env.example'])
    expect(await readFile(join(root, 'docs/PORTS.md'), 'utf8')).toContain('8080')
  })

  it('overwrites nothing', async () => {
    const root = await makeRepository({ ...files, 'ports.ts': 'mine' })
    const { code, stderr } = await run(['init', '--write'], {}, false, root)
    expect(code).toBe(2)
    expect(stderr).toContain('ports.ts already exists')
    expect(await readFile(join(root, 'ports.ts'), 'utf8')).toBe('mine')
  })

  it('asks a question about ports that a registry rejects', async () => {
    const root = await makeRepository({
      'compose.yml':
        'services:\n  app:\n    ports: ["6000:80"]\n  kafka:\n    ports: ["50051:50051"]\n  shop:\n    ports: ["8080:80"]\n',
    })
    const { stdout } = await run(['init', '--json'], {}, false, root)
    const { services, questions } = JSON.parse(stdout) as { services: { name: string }[]; questions: string[] }
    expect(services).toMatchObject([{ name: 'app' }, { name: 'shop' }, { name: 'kafka', pinned: expect.any(String) }])
    expect(questions).toEqual([expect.stringMatching(/^compose\.yml:3: app .*6000, which browsers/)])
  })

  it('asks a question about a container that publishes the port of another one', async () => {
    const root = await makeRepository({
      'a/compose.yml': 'services:\n  shop:\n    ports: ["8080:80"]\n',
      'b/compose.yml': 'services:\n  mail:\n    ports: ["8080:80"]\n',
    })
    const { stdout } = await run(['init', '--json'], {}, false, root)
    const { services, questions } = JSON.parse(stdout) as { services: { name: string }[]; questions: string[] }
    expect(services).toMatchObject([{ name: 'shop', port: 8080 }])
    expect(questions).toEqual(['mail also publishes 8080: b/compose.yml:3'])
  })

  it('asks a question where files contradict each other', async () => {
    const root = await makeRepository({ '.env': 'SHOP_PORT=4500\n', 'b.env': 'SHOP_PORT=4600\n' })
    const { stdout } = await run(['init', '--json'], {}, false, root)
    const { questions } = JSON.parse(stdout) as { questions: string[] }
    expect(questions).toEqual(['shop has the ports 4500 and 4600: b.env:1'])
  })

  it.each([
    [
      'publications before documents',
      { 'compose.yml': compose('shop', '8080:80'), 'README.md': '- shop: http://localhost:3000' },
      { shop: 8080 },
    ],
    [
      'a container with several ports',
      { 'compose.yml': compose('queue', '5672:5672", "15672:15672') },
      { queue: 5672, queueManagement: 15_672 },
    ],
    [
      'two services with one label',
      { 'a.md': '| Service | Port |\n|-|-|\n| Board (shop) | 4010 |\n| Board (cart) | 4020 |' },
      { shopBoard: 4010, cartBoard: 4020 },
    ],
    [
      'a setting that names its service',
      { '.env.example': 'SHOP_PORT=4500\nTIMEOUT=3000\nAPI_URL=http://localhost:4700' },
      { shop: 4500, api: 4700 },
    ],
    ['no sentence', { 'README.md': 'Open http://localhost:4500. The shop was on port 4400.' }, {}],
    ['no remote machine', { '.env': 'DB_HOST=db.example.com\nDB_PORT=5432' }, {}],
  ])('proposes %s', async (_, tree: Readonly<Record<string, string>>, expected) => {
    const { stdout } = await run(['init', '--json'], {}, false, await makeRepository(tree))
    const { services } = JSON.parse(stdout) as { services: { name: string; port: number }[] }
    expect(Object.fromEntries(services.map(({ name, port }) => [name, port]))).toEqual(expected)
  })

  it.each(['base', 'container', 'database', 'docker', 'driftos', 'public', 'vercel'])(
    'proposes %s, whose own variable is reserved, with another one',
    async (name) => {
      const tree = {
        'compose.yml': `services:\n  ${name}:\n    ports: ["4100:4100"]\n  ${name}-server:\n    ports: ["4200:4200"]\n`,
      }
      const { stdout } = await run(['init', '--json'], {}, false, await makeRepository(tree))
      const proposal = JSON.parse(stdout) as { services: { name: string; variable: string }[]; questions: string[] }
      expect(proposal.questions).toEqual([])
      const variables = proposal.services.map(({ variable }) => variable)
      expect(proposal.services.map((service) => service.name)).toEqual([name, `${name}Server`])
      expect(new Set(variables).size).toBe(2)
      expect(variables).not.toContain(`${name.toUpperCase()}_PORT`)
    },
  )

  it('writes an example if a repository contains no port', async () => {
    const { stdout, stderr } = await run(['init'], {}, false, await makeRepository({}))
    expect(stderr).toMatch(/^Found no port of a service in \d+ files?\n$/)
    expect(stdout).toContain('// shop: { port:')
  })
})
