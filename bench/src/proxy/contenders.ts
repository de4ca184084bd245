import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import getPort from 'get-port'
import { startServer } from '../child.js'

/** What stands between the load and the upstream, or the upstream itself. */
export interface Contender {
  readonly name: string
  readonly origin: string
}

/** The key that the load brings; only the gateway asks for it. */
export const apiKey = '0f8fad5bd9cb469fa165708867728950'

const gateway = fileURLToPath(new URL('../../../apps/gateway/dist/main.js', import.meta.url))
const upstream = fileURLToPath(new URL('upstream.ts', import.meta.url))

/**
 * The proxies that Debian has, each as its manual sets it up to reuse the upstream's connections: how it
 * tells its version, its configuration, and how it is started on that.
 */
const peers = {
  nginx: {
    version: ['-v'],
    configuration: (listen: number, to: number, folder: string) => `daemon off; worker_processes auto;
pid ${folder}/nginx.pid; error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
  upstream upstream { server 127.0.0.1:${to}; keepalive 128; }
  server {
    listen 127.0.0.1:${listen};
    keepalive_requests 1000000;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    location / { proxy_pass http://upstream; }
    location ~ /stream$ { proxy_pass http://upstream; proxy_buffering off; }
  }
}
`,
    start: (file: string, folder: string) => ['-e', 'stderr', '-p', folder, '-c', file],
  },
  haproxy: {
    version: ['-v'],
    configuration: (listen: number, to: number) => `defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
  option http-no-delay
listen proxy
  bind 127.0.0.1:${listen}
  server upstream 127.0.0.1:${to}
`,
    start: (file: string) => ['-db', '-f', file],
  },
  caddy: {
    version: ['version'],
    configuration: (listen: number, to: number) => `{
  admin off
  auto_https off
  log {
    level ERROR
  }
}
http://127.0.0.1:${listen} {
  reverse_proxy 127.0.0.1:${to}
}
`,
    start: (file: string) => ['run', '--adapter', 'caddyfile', '--config', file],
  },
} as const

/** Those that run, the names of those that this machine does not have, and how to stop them all. */
export interface Contest {
  readonly contenders: readonly Contender[]
  readonly missing: readonly string[]
  readonly stop: () => Promise<unknown>
}

/** Starts the upstream and everything that can stand before it, the gateway with all that it does. */
export async function startContenders(folder: string): Promise<Contest> {
  if (!existsSync(gateway)) throw new Error(`${gateway} is missing: pnpm build makes it`)
  const to = await getPort()
  const stops = [startServer(process.execPath, ['--import', import.meta.resolve('tsx'), upstream, String(to)])]
  const contenders: Contender[] = [{ name: 'the upstream direct', origin: `http://127.0.0.1:${to}` }]
  const missing: string[] = []
  for (const [name, { version, configuration, start }] of Object.entries(peers)) {
    const found = versionOf(name, version)
    if (found === undefined) {
      missing.push(name)
      continue
    }
    const listen = await getPort()
    const home = join(folder, name)
    mkdirSync(home)
    const file = join(home, 'configuration')
    writeFileSync(file, configuration(listen, to, home))
    const places = { HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home }
    stops.push(startServer(name, start(file, home), places))
    contenders.push({ name: `${name} ${found}`, origin: `http://127.0.0.1:${listen}` })
  }
  const listen = await getPort()
  const settings = {
    NODE_ENV: 'production',
    GATEWAY_PORT: String(listen),
    CORE_URL: `http://127.0.0.1:${to}`,
    GATEWAY_API_KEYS: `another-key,${apiKey}`,
    // As for the others, no line for each request.
    LOG_LEVEL: 'warn',
    // It counts, and refuses nobody.
    GATEWAY_RATE_LIMIT: '1000000000',
  }
  stops.push(startServer(process.execPath, [gateway], settings))
  contenders.push({ name: 'gateway', origin: `http://127.0.0.1:${listen}` })
  return { contenders, missing, stop: () => Promise.all(stops.map((stop) => stop())) }
}

/** A program's version, or undefined where there is no such program. */
function versionOf(name: string, flags: readonly string[]): string | undefined {
  try {
    // nginx says it on stderr.
    const said = execFileSync('sh', ['-c', `exec ${name} ${flags.join(' ')} 2>&1`], { encoding: 'utf8' })
    return /\d+\.\d+(\.\d+)?/.exec(said)?.[0]
  } catch {
    return undefined
  }
}
