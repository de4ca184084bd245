import { describe, expect, it } from 'vitest'
import { findUnsound, matchesOf } from '../matches.fixture.js'
import { findDialect } from '../dialects.js'
import { codeRows } from './code.js'
import { patternDialects } from './dialects.js'

/** Each row: path, text, matches. */
const cases: readonly (readonly [path: string, text: string, expected: readonly string[]])[] = [
  ['.env', 'CORE_PORT=3001', ['3001 value host CORE_PORT=variable']],
  ['.env.example', 'export CORE_PORT="3001"', ['3001 value host CORE_PORT=variable']],
  ['.env', '# CORE_PORT=3001 at http://localhost:3001', ['3001 reach host [host local, scheme http, isComment]']],
  [
    '.env',
    'DB_HOST=db.example.com\nDB_PORT=5432',
    ['5432 value host db.example.com=host DB_PORT=variable [host remote]'],
  ],
  ['.env', 'CORE_URL=http://core:3001', ['3001 reach container core=host CORE_URL=variable [scheme http]']],
  ['.env', 'A=http://$ACCOUNT.example.com:1025', ['1025 reach host A=variable [host variable, scheme http]']],
  [
    '.env',
    'A=postgres://a:${DB_PASSWORD:?set it}@postgres:5432/a',
    ['5432 reach container postgres=host A=variable [scheme postgres]'],
  ],
  ['.env', 'TIMEOUT=3000\nSUPPORT=3000', []],
  ['.env', `A_URL=http://${'${a}'.repeat(60)}!\nA=host=${'${a}'.repeat(60)}!`, []],
  ['.env', 'SERVER_ADDRESS=:3001\nMAIL_HOST=mail', ['3001 value host SERVER_ADDRESS=variable']],
  ['.env', 'A=Host=shop-db;Port=5433;Database=a', ['5433 reach container shop-db=host A=variable [scheme sql]']],
  ['.env', 'A=Server=tcp:localhost,1433;User Id=sa', ['1433 reach host A=variable [host local, scheme sql]']],
  ['a.cs', 'UseNpgsql("Host=localhost;Database=a;Port=5433;Username=b")', ['5433 reach host [host local, scheme sql]']],
  [
    'a.go',
    'dsn := "host=shop-db user=a password=b dbname=c port=5433"',
    ['5433 reach container shop-db=host [scheme sql]'],
  ],
  [
    'a.go',
    'dsn := fmt.Sprintf("host=%s user=%s port=5433", host, user)',
    ['5433 reach host [host variable, scheme sql]'],
  ],
  [
    'a.go',
    'getEnv("SERVER_ADDRESS", ":3001")',
    ['3001 default host SERVER_ADDRESS=variable [override SERVER_ADDRESS]'],
  ],
  [
    'application.properties',
    'spring.datasource.url=jdbc:postgresql://${DB_HOST:localhost}:${DB_PORT:5433}/a',
    ['5433 reach host spring.datasource.url=variable [host local, scheme postgresql, override DB_PORT]'],
  ],
  ['app.ini', '[server]\n;http_port = 3000\nhttp_port = 3001', ['3001 value host http_port=variable server=hint']],
  [
    'pg_service.conf',
    '[shop]\nhost=postgres\nport=5432',
    ['5432 value container postgres=host port=variable shop=hint'],
  ],
  ['nginx.conf', 'listen 8080;\nlisten 80;', ['8080 listen container']],
  ['nginx/app.conf', 'upstream u { server core:3001; }', ['3001 reach container core=host u=variable [scheme http]']],
  [
    'nginx.conf',
    'proxy_pass http://127.0.0.1:3001/;\n# proxy_pass http://127.0.0.1:3002;',
    [
      '3001 reach host [host local, follower proxy target]',
      '3002 reach host [host local, follower proxy target, isComment]',
    ],
  ],
  [
    'Caddyfile',
    ':3000 {\n reverse_proxy core:3001\n}',
    ['3000 listen host', '3001 reach container core=host [scheme http]'],
  ],
  ['Caddyfile', 'reverse_proxy /api/* localhost:3001', ['3001 reach host [host local, follower proxy target]']],
  ['core.service', 'ExecStart=/usr/bin/node app.js --port 3001', ['3001 listen host core=block']],
  ['core.service', 'Environment="PORT=3001"', ['3001 value host PORT=variable core=block']],
  [
    'core.container',
    '[Container]\nPublishPort=127.0.0.1:3001:3000\nEnvironment=CORE_PORT=3000\nHealthCmd=curl -f http://localhost:3000/health',
    [
      '3001 publish host core=block [inner 3000]',
      '3000 inner container core=block',
      '3000 value container CORE_PORT=variable core=block',
      '3000 probe container core=block',
    ],
  ],
  [
    'core.container',
    'PublishPort=[::1]:3001:3001/tcp',
    ['3001 publish host core=block [inner 3001]', '3001 inner container core=block'],
  ],
  [
    'supervisord.conf',
    '[program:core]\ncommand=node app.js --port 3001\nenvironment=A="b",CORE_PORT="3002"\n;[program:web]\nstopwaitsecs=3003',
    ['3001 flag host core=block', '3002 value host CORE_PORT=variable core=block'],
  ],
  ['etc/supervisor.d/web.ini', '[program:web]\nenvironment=PORT=3001', ['3001 value host PORT=variable web=block']],
  [
    'core.nomad.hcl',
    'job "shop" {\n  group "core" {\n    network {\n      port "http" {\n        static = 3001\n        to = 3000\n      }\n    }\n    env {\n      WEB_URL = "http://web:3002"\n    }\n  }\n}',
    [
      '3001 publish host core=block [inner 3000]',
      '3000 inner container core=block',
      '3002 reach container web=host WEB_URL=variable core=block [scheme http]',
    ],
  ],
  ['core.nomad', 'group "core" {\n port "http" { to = 3000 }\n cpu = 3001\n}', ['3000 inner container core=block']],
  ['core.socket', 'ListenStream=127.0.0.1:3001', ['3001 listen host core=block']],
  ['application.properties', 'server.port=3001\n#server.port=3002', ['3001 listen host']],
  [
    'application.properties',
    'server.port=${CORE_PORT:3001}',
    ['3001 default host CORE_PORT=variable [override CORE_PORT]'],
  ],
  ['Makefile', 'CORE_PORT ?= 3001', ['3001 value host CORE_PORT=variable']],
  ['Makefile', 'run:\n\tnode app.js --port 3001', ['3001 flag host']],
  ['justfile', 'port := env("CORE_PORT", "3001")', ['3001 default host CORE_PORT=variable [override CORE_PORT]']],
  ['Procfile.dev', 'web: next dev -p 3001', ['3001 listen host web=block']],
  ['sg.tf', 'resource "aws_security_group_rule" "core" {\n from_port = 3001\n}', []],
  [
    'main.tf',
    'resource "docker_container" "core" {\n ports {\n internal = 3000\n external = 3001\n }\n}',
    ['3000 inner container core=block', '3001 publish host core=block [inner 3000]'],
  ],
  ['run.ps1', '$env:CORE_PORT = 3001', ['3001 value host CORE_PORT=variable']],
  [
    'run.bat',
    'set CORE_PORT=3001\r\nREM set PORT=3002\r\nif not defined WEB_PORT set "WEB_PORT=3003"\r\nsetx MAIL_PORT 3004 >nul',
    [
      '3001 value host CORE_PORT=variable',
      '3002 value host PORT=variable [isComment]',
      '3003 value host WEB_PORT=variable',
      '3004 value host MAIL_PORT=variable',
    ],
  ],
  ['a.py', 'uvicorn.run("a:app", host="0.0.0.0", port=3001)', ['3001 listen host']],
  ['a.py', 'app.run(debug=True,\n  port=5000)', ['5000 listen host']],
  ['a.py', 'p = int(os.environ.get("CORE_PORT", 3001))', ['3001 default host CORE_PORT=variable [override CORE_PORT]']],
  ['a.py', 'p = os.getenv("PORT") or 3001', ['3001 default host PORT=variable [override PORT]']],
  [
    'a.py',
    'u = os.getenv("CORE_URL", "http://core:3001")',
    ['3001 reach container core=host CORE_URL=variable [scheme http, override CORE_URL]'],
  ],
  [
    'a.py',
    'class S(BaseSettings):\n    port: int = 3001\n    core_port: int = 3002',
    ['3001 value host port=variable', '3002 value host core_port=variable'],
  ],
  ['a.py', 'Redis(host="redis", port=6379)', ['6379 reach container redis=host']],
  ['a.py', 'parser.add_argument("--port", type=int, default=3001)', ['3001 flag host port=variable']],
  ['a.py', 'connect(timeout=3000)\nport = 5432\nx = [3000, 3001]', []],
  ['a.py', '"""Try http://localhost:3001."""', ['3001 reach host [host local, scheme http, isComment]']],
  ['a.go', 'http.ListenAndServe(":3001", nil)', ['3001 listen host']],
  ['a.go', 's := &http.Server{Addr: ":3001"}', ['3001 listen host']],
  ['a.go', 'c := redis.NewClient(&redis.Options{\n\tAddr: "localhost:3001",\n})', ['3001 reach host [host local]']],
  ['a.go', 'net.Listen("tcp", "0.0.0.0:3001")', ['3001 listen host']],
  ['a.go', 'port := getEnv("CORE_PORT", "3001")', ['3001 default host CORE_PORT=variable [override CORE_PORT]']],
  [
    'a.go',
    'p := os.Getenv("PORT")\nif p == "" {\n\tp = "3001"\n}',
    ['3001 default host PORT=variable [override PORT]'],
  ],
  ['a.go', 'p := flag.Int("port", 3001, "port")', ['3001 flag host port=variable']],
  ['a.go', 'P int `env:"CORE_PORT" envDefault:"3001"`', ['3001 default host CORE_PORT=variable [override CORE_PORT]']],
  [
    'a.go',
    'p := cmp.Or(os.Getenv("CORE_PORT"), "3001")',
    ['3001 default host CORE_PORT=variable [override CORE_PORT]'],
  ],
  ['a.rs', '/// http://localhost:3001', ['3001 reach host [host local, scheme http, isComment]']],
  ['a.rs', 'let a = SocketAddr::from(([0, 0, 0, 0], 3001));', ['3001 listen host']],
  ['a.rs', 'TcpListener::bind("0.0.0.0:3001").await', ['3001 listen host']],
  [
    'a.rs',
    'env::var("PORT").unwrap_or_else(|_| "3001".to_string())',
    ['3001 default host PORT=variable [override PORT]'],
  ],
  [
    'a.rs',
    '#[cfg(test)]\nmod tests {\n fn a() { x("http://localhost:3001") }\n}\nconst CORE_PORT: u16 = 3002;',
    ['3001 reach host [host local, scheme http, isTest]', '3002 value host CORE_PORT=variable'],
  ],
  ['A.java', '@Value("${server.port:3001}")', ['3001 default host']],
  ['A.kt', 'embeddedServer(Netty, port = 3001)', ['3001 listen host']],
  [
    'A.kt',
    'val p = System.getenv("CORE_PORT")?.toIntOrNull() ?: 3001',
    ['3001 default host CORE_PORT=variable [override CORE_PORT]'],
  ],
  [
    'lib/env.dart',
    "/// http://localhost:3003\nint.parse(Platform.environment['CORE_PORT'] ?? '3001');\nString.fromEnvironment(\n  'WEB_URL',\n  defaultValue: 'http://localhost:3002',\n);",
    [
      '3003 reach host [host local, scheme http, isComment]',
      '3001 default host CORE_PORT=variable [override CORE_PORT]',
      '3002 reach host WEB_URL=variable [host local, scheme http, override WEB_URL]',
    ],
  ],
  ['puma.rb', "port ENV.fetch('PORT') { 3001 }", ['3001 default host PORT=variable [override PORT]']],
  ['a.php', "$p = env('CORE_PORT', 3001);", ['3001 default host CORE_PORT=variable [override CORE_PORT]']],
  ['a.cs', 'builder.WebHost.UseUrls("http://*:3001");', ['3001 listen host']],
  [
    'a.exs',
    'port: String.to_integer(System.get_env("PORT") || "3001")',
    ['3001 default host PORT=variable [override PORT]'],
  ],
  ['a.exs', 'http: [ip: {127, 0, 0, 1}, port: 3001]', ['3001 listen host']],
  [
    'Tiltfile',
    "k8s_resource('core', port_forwards='3001:3000')",
    ['3001 publish host core=block [inner 3000]', '3000 inner container core=block'],
  ],
  ['a.sql', '-- http://localhost:3001', ['3001 reach host [host local, scheme http, isComment]']],
  ['a.lua', '-- local CORE_PORT = 3001', ['3001 value host CORE_PORT=variable [isComment]']],
]

/** `.env.config` is of variables. */
const codeExtensions = codeRows.flatMap(({ extensions = [] }) => extensions).filter((each) => each !== 'config')

describe('the table of patterns', () => {
  it.each(codeExtensions)('takes env.%s for code', (extension) => {
    expect(findDialect(`src/env.${extension}`)).toMatchObject({ kind: 'code' })
  })

  it.each(['.env', '.env.local', '.env.production.example', 'env', 'env.example', 'config/env.dev'])(
    'takes %s for variables',
    (path) => {
      expect(findDialect(path)).toMatchObject({ name: 'dotenv' })
    },
  )

  it.each(cases)('reads %s: %j', async (path, text, expected) => {
    expect(await matchesOf(path, text)).toEqual(expected)
  })

  it.each(
    patternDialects.flatMap(({ names = [], extensions = [] }) =>
      names.concat(extensions.map((extension) => `a.${extension}`)),
    ),
  )('returns the number of each match for any text of %s', async (path) => {
    expect(await findUnsound(path)).toBeUndefined()
  })
})
