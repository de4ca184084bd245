import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import getPort from 'get-port'
import { startServer } from '../child.js'

/** A proxy between the load and the upstream, or the upstream itself. */
export interface Contender {
  readonly name: string
  readonly origin: string
}

/** The API key of the load, which only the gateway checks. */
export const apiKey = '0f8fad5bd9cb469fa165708867728950'

const gateway = fileURLToPath(new URL('../../../apps/gateway/dist/main.js', import.meta.url))
const upstream = fileURLToPath(new URL('upstream.ts', import.meta.url))

/**
 * The proxies of Debian: the flags that print their version, a configuration that reuses connections to the upstream, as
 * in their manuals, and the command that starts them.
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

/** The running proxies, the names of those that are not installed, and a function that stops all. */
export interface Contest {
  readonly contenders: readonly Contender[]
  readonly missing: readonly string[]
  readonly stop: () => Promise<unknown>
}

/** Starts the upstream, the installed proxies, and the gateway with all its features. */
export async function startContenders(folder: string): Promise<Contest> {
  if (!existsSync(gateway)) throw new Error(`${gateway} is missing: run pnpm build`)
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
    // No log line per request, like the others.
    LOG_LEVEL: 'warn',
    // It counts requests without refusing any.
    GATEWAY_RATE_LIMIT: '1000000000',
  }
  stops.push(startServer(process.execPath, [gateway], settings))
  contenders.push({ name: 'gateway', origin: `http://127.0.0.1:${listen}` })
  return { contenders, missing, stop: () => Promise.all(stops.map((stop) => stop())) }
}

/** Returns a program's version, or undefined if it is not installed. */
function versionOf(name: string, flags: readonly string[]): string | undefined {
  try {
    // nginx prints it to stderr.
    const output = execFileSync('sh', ['-c', `exec ${name} ${flags.join(' ')} 2>&1`], { encoding: 'utf8' })
    return /\d+\.\d+(\.\d+)?/.exec(output)?.[0]
  } catch {
    return undefined
  }
}
