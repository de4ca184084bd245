import { describe, expect, it } from 'vitest'
import { readOther } from './read-text.js'
import { findUnsound, portsIn } from '../reader.fixture.js'
import { describeSightings } from '../sightings.fixture.js'

const see = (text: string, path: string) => describeSightings(readOther, text, path)

describe('readOther', () => {
  it.each([
    ['a.py', 'PORT = int(os.environ.get("PORT", 8000))', '1:35 8000 env default, host | variable PORT'],
    ['a.py', 'uvicorn.run(app, host="0.0.0.0", port=8000, timeout=3000)', '1:39 8000 listen, host | variable port'],
    ['a.py', 'p.add_argument("--port", type=int, default=8000)', '1:44 8000 env default, host | variable port'],
    ['a.py', 'HTTPServer(("", 8080), H)', '1:17 8080 listen, host'],
    ['a.py', 's.connect(("localhost", 5433))', '1:25 5433 url, host'],
    ['a.py', '    api_port: int = Field(default=3001)', '1:35 3001 listen, host | variable api_port'],
    ['a.py', 'PORTS = {"core": 3001}', '1:18 3001 listen, host | name core | variable PORTS'],
    ['a.go', 'port := getEnv("CORE_PORT", "3001")', '1:30 3001 env default, host | variable CORE_PORT'],
    ['a.go', 'viper.SetDefault("server.port", 9000)', '1:33 9000 env default, host | variable server.port'],
    ['a.go', 'Port int `env:"PORT" envDefault:"8081"`', '1:34 8081 env default, host | variable Port'],
    ['a.rs', 'let p = env::var("PORT").unwrap_or("8080".into());', '1:37 8080 env default, host | variable PORT'],
    ['a.rs', 'env::var("PORT").unwrap_or_else(|_| "3005".into())', '1:38 3005 env default, host | variable PORT'],
    ['a.rs', 'let a = SocketAddr::from(([127, 0, 0, 1], 3000));', '1:43 3000 listen, host'],
    ['a.rb', 'set :port, 4567', '1:12 4567 listen, host | variable port'],
    ['a.rb', 'port ENV.fetch("PORT") { 3000 }', '1:26 3000 env default, host | variable PORT'],
    ['A.java', '@Value("${server.port:8080}") int p;', '1:23 8080 env default, host | variable server.port'],
    ['A.java', 'new InetSocketAddress("localhost", 8083)', '1:36 8083 listen, host'],
    ['a.cs', 'public int Port { get; set; } = 5000;', '1:33 5000 listen, host | variable Port'],
    ['a.php', "'port' => env('DB_PORT', '3306'),", '1:27 3306 env default, host | variable DB_PORT'],
    ['a.sql', "OPTIONS (host 'db', port '5432')", '1:27 5432 url, host | variable port'],
    ['a.html', '<serverPort>8080</serverPort>', '1:13 8080 listen, host | variable serverPort'],
    ['core.socket', 'ListenStream=3005', '1:14 3005 listen, host'],
    ['core.service', 'Environment="CORE_PORT=3001" X=1', '1:24 3001 env value, host | variable CORE_PORT'],
    ['core.service', 'ExecStart=/usr/bin/node x --port 3003', '1:34 3003 flag, host'],
    ['a.tf', '  container_port = 3000', '1:20 3000 container, container | variable container_port'],
  ])('sees in %s with %j what it says', (path, line, seen) => {
    expect(see(line, path)).toBe(seen)
  })

  it('reads what proxies listen on, and what they reach', () => {
    expect(
      see(
        'upstream core_backend {\n  server core:3001 max_fails=3000;\n}\nserver {\n  listen 80;\n  listen [::]:443 ssl;\n  location /api { proxy_pass http://gateway:3000/; }\n  fastcgi_pass php:9000;\n}',
        'nginx.conf',
      ),
    ).toMatchInlineSnapshot(`
      "2:15 3001 url, container | name core | context core_backend
      5:10 80 listen, host
      6:15 443 listen, host | label listen
      7:45 3000 url, container | name gateway | label location api proxy_pass | context /api
      8:20 9000 url, container | name php"
    `)
    expect(see(':8080 {\n  reverse_proxy core:3001 embed:3002\n}', 'Caddyfile')).toMatchInlineSnapshot(`
      "1:2 8080 listen, host
      2:22 3001 url, container | name core
      2:33 3002 url, container | name embed"
    `)
    expect(see('backend core\n  server c1 core:3001 check\nfrontend f\n  bind *:80', 'haproxy.cfg'))
      .toMatchInlineSnapshot(`
      "2:18 3001 url, container | name core | context core
      4:10 80 listen, host | label bind | context f"
    `)
  })

  it('carries a heading to the lines below it', () => {
    expect(see('resource "aws_sg" "core" {\n  from_port = 443\n}\nvariable "core_port" {\n  default = 3001\n}', 'a.tf'))
      .toMatchInlineSnapshot(`
      "2:15 443 publish, host | variable from_port | context core
      5:13 3001 env default, host | variable core_port | context core_port"
    `)
    expect(see('### Core\nGET http://localhost:3001/health', 'a.http')).toMatchInlineSnapshot(
      `"2:22 3001 url, host | label GET | context /health | context Core"`,
    )
    expect(see('SERVICE_PORTS = {\n    "gateway": 3000,\n    "core": 3001,\n}\nLIMITS = {\n    "a": 3000,\n}', 'a.py'))
      .toMatchInlineSnapshot(`
      "2:16 3000 listen, host | name gateway | variable SERVICE_PORTS
      3:13 3001 listen, host | name core | variable SERVICE_PORTS"
    `)
  })

  it.each([
    ['a.py', 'limit: int = 3000'],
    ['a.py', 'time.sleep(3000); y = 2024'],
    ['a.py', 'p.add_argument("--timeout", type=int, default=3000)'],
    ['a.py', 'raise ValueError("code 3001")'],
    ['a.py', '{"port": 127.5}'],
    ['a.rb', 'x = :port3000'],
    ['a.go', 'time.Sleep(3000 * time.Millisecond)'],
    ['A.java', 'withViewportWidth(3000)'],
    ['A.java', 'Thread.sleep(3000);'],
    ['a.css', '.a { color: #3010ff; z-index: 3000 }'],
    ['a.html', '<img width="3000">'],
    ['a.tf', 'timeout = 3000'],
    ['nginx.conf', 'worker_connections 1024; proxy_read_timeout 3000;'],
    ['haproxy.cfg', 'timeout server 3000'],
    ['a.service', 'RestartSec=3000'],
    ['a.proto', 'string name = 3000;'],
  ])('takes nothing in %s with %j for a port', (path, line) => {
    expect(see(line, path)).toBe('')
  })

  it.each([
    ['PORT = 3000\r\nport = 3001\r\n', [3000, 3001]],
    ['\uFEFFPORT = 3000', [3000]],
    ['s = "🚢"; PORT = 3000', [3000]],
    [`${'('.repeat(100_000)}\nPORT = 3000`, [3000]],
  ])('keeps its places in odd text', (text, ports) => {
    expect(portsIn(readOther, text, 'a.py')).toEqual(ports)
  })

  it.each(['main.py', 'nginx.conf', 'Caddyfile', 'haproxy.cfg', 'core.service', 'main.tf', 'page.html', 'dump.sql'])(
    'is sound on any text as %s',
    (path) => {
      expect(findUnsound(readOther, path)).toBeUndefined()
    },
  )
})
