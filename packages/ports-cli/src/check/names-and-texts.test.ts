import { describe, expect, it } from 'vitest'
import { findingsOf, registryOf, shop } from './acme.fixture.js'

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
    ['the default of a scheme', { 'a.ts': "export const defaults = { 'mail:': 7300 }\n" }],
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
    ['README.md', 'Then open http://localhost:7300 in a browser.\n', 'warning'],
  ])('in %s', async (file, text, severity) => {
    const files = { 'package.json': '{"name":"mail"}', [file]: text }
    const rules = (await findingsOf(shop, files)).map((finding) => finding.split(' ')[1])
    expect(rules).toEqual(severity === undefined ? [] : [severity])
  })
})

describe('the key of an address', () => {
  it.each([
    ['a table of TOML', 'a.toml', (port: number) => `[services.mail]\ngrpc_addr = "127.0.0.1:${port}"\n`],
    ['a map of YAML', 'a.yml', (port: number) => `services:\n  - name: x\nmail:\n  grpc_addr: 127.0.0.1:${port}\n`],
    ['an object of JSON', 'a.json', (port: number) => `{ "mail": {\n"grpcAddr": "http://localhost:${port}" } }\n`],
    ['a path of keys', '.env', (port: number) => `Services__mail__Url=http://localhost:${port}\n`],
    ['a path with colons', 'a.json', (port: number) => `{ "Services:Mail:Url":\n"http://localhost:${port}" }\n`],
    ['a path with dots', 'a.properties', (port: number) => `services.mail.url=http://localhost:${port}\n`],
    ['a variable of a service', '.env', (port: number) => `MAIL_SVC_URL=http://localhost:${port}\n`],
    ['a path with a variable', '.env', (port: number) => `SHOP__MAIL_URL=http://localhost:${port}\n`],
  ])('names its service: %s', async (_kind, file, textOf) => {
    expect(await findingsOf(shop, { [file]: textOf(7102) })).toEqual([])
    const rules = (await findingsOf(shop, { [file]: textOf(7101) })).map((finding) => finding.replace(/^.*:\d+ /, ''))
    expect(rules).toEqual(['error wrong-port 7101 -> 7102'])
  })
})

describe('a target of a proxy on this machine', () => {
  it.each([
    [7101, []],
    [7301, ['nginx.conf:2 warning unregistered-port 7301']],
  ])('has to be registered: %i', async (port, expected) => {
    const text = `location / {\n  proxy_pass http://localhost:${port};\n}\n`
    expect(await findingsOf(shop, { 'nginx.conf': text })).toEqual(expected)
  })
})

describe('an example in a document', () => {
  it.each([
    ['MAIL_URL=http://localhost:7301 pnpm dev', undefined],
    ['MAIL_PORT=7301 pnpm dev', undefined],
    ['MAIL_PORT=7101 pnpm dev', undefined],
    ['MAIL_URL=http://localhost:7101 pnpm dev', 'error'],
    ['MAIL_SERVICE_URL=http://localhost:7101 pnpm dev', 'error'],
    ['kubectl port-forward svc/mail 7301:80', undefined],
    ['kubectl port-forward svc/mail 7101:80', 'warning'],
  ])('is a fault only if it names one service and reaches another: %s', async (command, severity) => {
    const found = await findingsOf(shop, { 'README.md': `\`\`\`sh\n${command}\n\`\`\`\n` })
    expect(found.map((finding) => finding.split(' ')[1])).toEqual(severity === undefined ? [] : [severity])
  })

  it('is no fault in a file of JSON among the documents, but in the code of one', async () => {
    const json = '{ "mailUrl": "http://localhost:7101" }'
    expect(await findingsOf(shop, { 'docs/a.json': json, 'docs/guide.md': `\`\`\`json\n${json}\n\`\`\`\n` })).toEqual([
      'docs/guide.md:2 error wrong-port 7101',
    ])
  })

  it('is read in a directory of specifications too', async () => {
    const table = '| Service | Port |\n|---|---|\n| mail | 7101 |\n'
    expect(
      await findingsOf(shop, { 'specs/001-start/plan.md': table, 'specs/start.yml': 'mail:\n  port: 7101\n' }),
    ).toEqual(['specs/001-start/plan.md:3 error wrong-port 7101'])
  })
})

describe('a text in a program', () => {
  it.each([
    ['HTML', '<h2>Start</h2><p>Open http://localhost:7301</p>'],
    ['a file that it writes', 'services:\\n  x:\\n    image: x\\n    environment:\\n      - URL=http://localhost:7301'],
    ['an article', 'Start it\nand open\nthe page\nhttp://localhost:7301\nin a browser'],
  ])('is no address of the program: %s', async (_kind, text) => {
    expect(await findingsOf(shop, { 'a.js': `export const a = \`${text}\`\n` })).toEqual([])
    expect(await findingsOf(shop, { 'a.json': JSON.stringify({ a: `${text}\n\n\n` }) })).toEqual([])
  })

  it('is a command of several lines where the program runs it', async () => {
    const text = 'execSync(`cd web\n\n\n\nMAIL_PORT=7101 node .`)\n'
    expect(await findingsOf(shop, { 'a.js': text })).toEqual(['a.js:5 error wrong-port 7101 -> 7102'])
  })

  it('is no second finding beside the port that it prints', async () => {
    const program = "app.listen(7301)\nconsole.log('Listening on http://localhost:7301')\n"
    expect(await findingsOf(shop, { 'a.js': program })).toEqual(['a.js:1 error unregistered-port 7301'])
  })

  it.each(["config.get('MAIL_URL', 'http://localhost:7101')", "env('MAIL_URL', 'http://localhost:7101')"])(
    'is the default of the variable before it: %s',
    async (call) => {
      expect(await findingsOf(shop, { 'a.ts': `export const url = ${call}\n` })).toEqual([
        'a.ts:1 error wrong-port 7101 -> 7102',
      ])
    },
  )
})

describe('documents of a product', () => {
  it.each(['QUICKSTART.md', 'quick-start.md', 'TUTORIAL.md', 'EXAMPLES.md', 'docs/quickstart.adoc'])(
    'are read: %s',
    async (file) => {
      const rules = (await findingsOf(shop, { [file]: '- Mail: http://localhost:7101\n' })).map(
        (each) => each.split(' ')[2],
      )
      expect(rules).toEqual(['wrong-port'])
    },
  )

  it('are not programs that show how to use it', async () => {
    const files = { 'quick-start/a.env': 'MAIL_PORT=7101\n', 'examples/README.md': '- Mail: http://localhost:7101\n' }
    expect(await findingsOf(shop, files)).toEqual([])
  })
})

describe('a script of a package', () => {
  it.each([
    ['queue', []],
    ['start', ['mail/package.json:2 error wrong-port 7103']],
  ])('may be another service that is called so: %s', async (name, expected) => {
    const manifest = `{ "name": "mail", "scripts": {\n"${name}": "serve -s build -p 7103" } }\n`
    const found = await findingsOf(shop, { 'mail/package.json': manifest })
    expect(found.map((finding) => finding.replace(/ -> .*/, ''))).toEqual(expected)
  })
})

describe('a variable for browsers', () => {
  it('names the page itself, and no service that is called `app`', async () => {
    const named = registryOf({ app: 7101, page: 7102 })
    expect(await findingsOf(named, { 'page/.env': 'NEXT_PUBLIC_APP_URL=http://localhost:7102\n' })).toEqual([])
    expect(await findingsOf(named, { 'page/.env': 'APP_URL=http://localhost:7102\n' })).toEqual([
      'page/.env:1 error wrong-port 7102 -> 7101',
    ])
  })

  it('names the service of its own variable in code', async () => {
    const code = "export const port = import.meta.env.VITE_MAIL_PORT || '7301'\n"
    expect(await findingsOf(shop, { 'web/a.ts': code })).toEqual(['web/a.ts:1 error wrong-port 7301 -> 7102'])
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
