import { createServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import example, { services, type ServiceName } from './example.fixture.js'
import { PortConfigError, PORTS, services as ownServices } from './index.js'
import { explainListenError, isOccupied, isPortOpen, probeService as probe, type ProbeOptions } from './probe.js'

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
)
const probeService = (service: ServiceName, options: ProbeOptions) => probe(service, { registry: example, ...options })
/** A service of the real registry, which `explainListenError` reads. */
const [own] = Object.keys(PORTS) as [keyof typeof PORTS]
const { variable } = ownServices[own]

const cleanUps: (() => Promise<unknown>)[] = []

afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()))
})

/** Listens until the test ends; on a port that the system chooses unless one is given. */
async function listen(server: Server, host = '127.0.0.1', port = 0): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, ipv6Only: host.includes(':') }, resolve)
  })
  cleanUps.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as { port: number }).port
}

function http(onRequest: RequestListener, host?: string, port?: number) {
  return listen(createServer(onRequest), host, port)
}

function tcp(onConnection: (socket: Socket) => void, host?: string) {
  return listen(createTcpServer(onConnection), host)
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const port = await tcp(() => {})
  await cleanUps.pop()!()
  return port
}

function answering(body: unknown, status = 200): RequestListener {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
}

const health = (service: string, status = 'ok') => ({ status, service, version: '1.0.0', uptime: 1 })

function probeCore(port: number, timeoutMs = 5000) {
  return probeService('core', { env: { CORE_PORT: String(port) }, timeoutMs })
}

function probePostgres(port: number, timeoutMs = 5000) {
  return probeService('postgres', { env: { POSTGRES_PORT: String(port) }, timeoutMs })
}

describe('probeService', () => {
  it('is up when the right service answers', async () => {
    const port = await http(answering(health('core')))
    expect(await probeCore(port)).toEqual({ service: 'core', port, state: 'up', latencyMs: expect.any(Number) })
  })

  it('is down when nothing listens', async () => {
    const port = await freePort()
    expect(await probeCore(port)).toEqual({ service: 'core', port, state: 'down', reason: 'nothing listens' })
  })

  it('requests the health path, with the host of the origin', async () => {
    const requests: unknown[] = []
    const port = await http((request, response) => {
      requests.push([request.method, request.url, request.headers.host])
      answering(health('core'))(request, response)
    })
    await probeCore(port)
    expect(requests).toEqual([['GET', '/health', `localhost:${port}`]])
  })

  it("asks below the origin's path", async () => {
    const port = await http((request, response) =>
      answering({ service: request.url === '/base/health' && 'core' })(request, response),
    )
    const env = { CORE_URL: `http://127.0.0.1:${port}/base/` }
    expect(await probeService('core', { env })).toMatchObject({ state: 'up', port })
  })

  it.each([
    ['another of the services', answering(health('embed'))],
    ['another in bad health', answering(health('embed', 'error'), 503)],
    ['JSON without a service', answering({ status: 'ok' })],
    ['JSON that is no object', answering(null)],
    ['a nested name', answering({ data: { service: 'core' } })],
    ['a page', ((_, response) => response.end('<!doctype html><title>core</title>')) satisfies RequestListener],
    [
      'a page that is not found',
      ((_, response) => response.writeHead(404).end('<h1>404</h1>')) satisfies RequestListener,
    ],
    ['nothing but 200', ((_, response) => response.end()) satisfies RequestListener],
    ['nothing but 204', ((_, response) => response.writeHead(204).end()) satisfies RequestListener],
    ['a bare failure', ((_, response) => response.writeHead(500).end('oops')) satisfies RequestListener],
  ])('is a stranger that answers %s', async (_, onRequest) => {
    const result = await probeCore(await http(onRequest))
    expect(result).toMatchObject({
      state: 'stranger',
      reason: expect.stringMatching(/^another process answers \d+ to \/health$/),
    })
    expect(result).not.toHaveProperty('latencyMs')
  })

  it.each([503, 500, 404])('is down when the right service answers %i', async (status) => {
    const port = await http(answering(health('core', 'error'), status))
    expect(await probeCore(port)).toEqual({ service: 'core', port, state: 'down', reason: `answers ${status}` })
  })

  it('follows no redirect', async () => {
    const right = await http(answering(health('core')))
    const port = await http((_, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${right}/health` }).end()
    })
    expect(await probeCore(port)).toMatchObject({ state: 'stranger', reason: 'another process answers 302 to /health' })
  })

  it.each([
    ['a banner', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['a mail greeting', '220 mail.example.com ESMTP\r\n'],
    ['bytes', '\u0000\u0001\u0002\u0003'],
  ])('is a stranger that answers %s, not in HTTP', async (_, banner) => {
    const port = await tcp((socket) => socket.end(banner))
    expect(await probeCore(port)).toMatchObject({
      state: 'stranger',
      reason: 'another process answers, but not in HTTP',
    })
  })

  it('is down when the server hangs, after the time that was given', async () => {
    const port = await tcp(() => {})
    const startedAt = performance.now()
    expect(await probeCore(port, 100)).toMatchObject({ state: 'down', reason: 'no answer within 100 ms' })
    expect(performance.now() - startedAt).toBeGreaterThan(90)
  })

  it('is down when the server hangs in the middle of its answer', async () => {
    const port = await http((_, response) => void response.writeHead(200).write('{"service":'))
    expect(await probeCore(port, 100)).toMatchObject({ state: 'down', reason: 'no answer within 100 ms' })
  })

  it('is down when the server drips its answer for ever', async () => {
    const port = await http((_, response) => {
      const timer = setInterval(() => response.write(' '), 10)
      response.on('close', () => clearInterval(timer))
    })
    expect(await probeCore(port, 150)).toMatchObject({ state: 'down', reason: 'no answer within 150 ms' })
  })

  it('is down when the server closes without an answer', async () => {
    const port = await tcp((socket) => socket.once('data', () => socket.end()))
    expect(await probeCore(port)).toMatchObject({
      state: 'down',
      reason: 'it closed the connection without an answer',
    })
  })

  it('is down when the answer breaks off', async () => {
    const port = await http((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{"service":"core"')
      setTimeout(() => response.destroy(), 20)
    })
    expect(await probeCore(port)).toMatchObject({ state: 'down' })
  })

  it('is a stranger that answers without end, and reads no more than it needs', async () => {
    let written = 0
    const port = await http((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(16_384))) written += 16_384
      }
      response.on('drain', more).writeHead(200)
      more()
    })
    expect(await probeCore(port, 10_000)).toMatchObject({
      state: 'stranger',
      reason: 'its answer is too long for a health report',
    })
    expect(written).toBeLessThan(64 * 1024 * 1024)
  })

  it('finds a service that listens only on IPv4', async () => {
    const port = await http(answering(health('core')), '127.0.0.1')
    expect(await probeCore(port)).toMatchObject({ state: 'up' })
  })

  it.skipIf(!hasIpv6)('finds a service that listens only on IPv6', async () => {
    const port = await http(answering(health('core')), '::1')
    expect(await probeCore(port)).toMatchObject({ state: 'up' })
    const env = { CORE_PORT: String(port), CORE_HOST: '[::1]' }
    expect(await probeService('core', { env })).toMatchObject({ state: 'up' })
    expect(await probeService('core', { env: { ...env, CORE_HOST: '127.0.0.1' } })).toMatchObject({ state: 'down' })
  })

  it.skipIf(!hasIpv6).each([
    ['127.0.0.1', '::1'],
    ['::1', '127.0.0.1'],
  ])('is a stranger when the right service has %s and another %s', async (right, wrong) => {
    const port = await http(answering(health('core')), right)
    await http(answering(health('embed')), wrong, port)
    expect(await probeCore(port)).toMatchObject({ state: 'stranger' })
    const env = { CORE_PORT: String(port), CORE_HOST: right }
    expect(await probeService('core', { env })).toMatchObject({ state: 'up' })
  })

  it.skipIf(!hasIpv6).each(['127.0.0.1', '::1'])(
    'is down with the reason of %s, where nothing listens on the other',
    // A parallel test may take the port on the other loopback.
    { retry: 3 },
    async (host) => {
      const failing = await http(answering(health('core', 'error'), 503), host)
      expect(await probeCore(failing)).toMatchObject({ state: 'down', reason: 'answers 503' })
      const hanging = await tcp(() => {}, host)
      expect(await probeCore(hanging, 100)).toMatchObject({ state: 'down', reason: 'no answer within 100 ms' })
    },
  )

  it('recognizes Grafana and Prometheus by their health responses', async () => {
    const grafana = await http(answering({ database: 'ok', version: '13.0.0' }))
    const prometheus = await http((_, response) => response.end('Prometheus Server is Healthy.\n'))
    const env = {
      GRAFANA_PORT: String(grafana),
      PROMETHEUS_PORT: String(prometheus),
      EMBED_GRAFANA_PORT: String(prometheus),
    }
    expect(await probeService('coreGrafana', { env })).toMatchObject({ state: 'up' })
    expect(await probeService('prometheus', { env })).toMatchObject({ state: 'up' })
    expect(await probeService('embedGrafana', { env })).toMatchObject({ state: 'stranger' })
  })

  it('is down when Grafana or Prometheus, known by its text, answers that it is not healthy', async () => {
    const grafana = await http(answering({ database: 'failing' }, 503))
    const prometheus = await http((_, response) => response.writeHead(503).end('Prometheus Server is not Ready.\n'))
    const env = {
      GRAFANA_PORT: String(grafana),
      PROMETHEUS_PORT: String(prometheus),
      EMBED_GRAFANA_PORT: String(prometheus),
    }
    const reason = 'answers 503'
    expect(await probeService('coreGrafana', { env })).toMatchObject({ state: 'down', reason })
    expect(await probeService('prometheus', { env })).toMatchObject({ state: 'down', reason })
    expect(await probeService('embedGrafana', { env })).toMatchObject({ state: 'stranger' })
  })

  it('takes a failure for that of a stranger where the service has no text to know it by', async () => {
    const port = await http((_, response) => response.writeHead(503).end('Service Unavailable'))
    expect(await probeService('legacyEmbedding', { env: { EMBEDDING_PORT: String(port) } })).toMatchObject({
      state: 'stranger',
      reason: 'another process answers 503 to /health',
    })
  })

  it('takes any healthy answer for the legacy service, which does not name itself, save that of another service', async () => {
    const page = await http((_, response) => response.end('OK'))
    const embed = await http(answering(health('embed')))
    const probes = [page, embed].map((port) =>
      probeService('legacyEmbedding', { env: { EMBEDDING_PORT: String(port) } }),
    )
    expect(await Promise.all(probes)).toMatchObject([{ state: 'up' }, { state: 'stranger' }])
  })

  it('is down, not a stranger, when https meets a server without it', async () => {
    const port = await tcp((socket) => socket.destroy())
    const env = { CORE_URL: `https://127.0.0.1:${port}` }
    expect(await probeService('core', { env })).toMatchObject({ state: 'down', port })
  })

  it('throws for an environment that gives no origin', async () => {
    await expect(probeService('core', { env: { CORE_PORT: 'abc' } })).rejects.toThrow(PortConfigError)
  })
})

describe('probeService of postgres', () => {
  /** A server that answers a request for TLS, and then every login. */
  async function server(handshake: string, login: Buffer | string, received: Buffer[] = []): Promise<number> {
    return tcp((socket) => {
      socket.on('data', (data) => {
        received.push(data)
        socket.write(data.length === 8 ? handshake : login)
      })
    })
  }

  function message(type: string, content: string): Buffer {
    const header = Buffer.alloc(5, type)
    header.writeInt32BE(4 + content.length, 1)
    return Buffer.concat([header, Buffer.from(content, 'latin1')])
  }
  const refusal = (code: string) => message('E', `SFATAL\0VFATAL\0C${code}\0Mrefused\0\0`)

  it('is down while a server accepts no clients', async () => {
    const port = await server('N', refusal('57P03'))
    expect(await probePostgres(port)).toEqual({
      service: 'postgres',
      port,
      state: 'down',
      reason: 'it starts, recovers or stops, and accepts no clients',
    })
  })

  it.each([
    ['a request for a password', message('R', '\0\0\0\n')],
    ['a login', message('R', '\0\0\0\0')],
    ['an unknown user', refusal('28000')],
    ['an unknown database', refusal('3D000')],
    ['too many clients', refusal('53300')],
    ['an end', ''],
    ['silence', 'E'],
  ])('is up when a server answers the login by %s', async (_, login) => {
    const port = await server('S', login)
    expect(await probePostgres(port)).toMatchObject({ state: 'up' })
  })

  it.each(['N', 'S'])('is up when a server answers the handshake by %s', async (answer) => {
    const received: Buffer[] = []
    const port = await server(answer, message('R', '\0\0\0\0'), received)
    expect(await probePostgres(port)).toEqual({ service: 'postgres', port, state: 'up', latencyMs: expect.any(Number) })
    expect(received[0]?.readInt32BE(0)).toBe(8)
    expect(received[0]?.readInt32BE(4)).toBe(80_877_103)
    expect(received[1]?.readInt32BE(0)).toBe(received[1]?.length)
    await expect.poll(() => received[2]?.toString('latin1')).toBe('X\0\0\0\u0004')
  })

  it.each(['garbage', 'X', 'No', 'HTTP/1.1 400 Bad Request\r\n\r\n'])(
    'is a stranger that answers %j',
    async (answer) => {
      const port = await tcp((socket) => socket.once('data', () => socket.write(answer)))
      expect(await probePostgres(port)).toEqual({
        service: 'postgres',
        port,
        state: 'stranger',
        reason: 'another process answers, but not as PostgreSQL',
      })
    },
  )

  it('is a stranger where a web server listens', async () => {
    expect(await probePostgres(await http(answering(health('core'))))).toMatchObject({ state: 'stranger' })
  })

  it('is down when nothing listens, or nothing answers, or it closes', async () => {
    expect(await probePostgres(await freePort())).toMatchObject({ state: 'down', reason: 'nothing listens' })
    expect(await probePostgres(await tcp(() => {}), 100)).toMatchObject({
      state: 'down',
      reason: 'no answer within 100 ms',
    })
    expect(await probePostgres(await tcp((socket) => socket.once('data', () => socket.end())))).toMatchObject({
      state: 'down',
      reason: 'it closed the connection without an answer',
    })
  })

  it("asks PostgreSQL's own port where its URL gives none", async () => {
    const env = { POSTGRES_URL: 'postgresql://127.255.255.254' }
    expect(await probeService('postgres', { env, timeoutMs: 500 })).toMatchObject({
      port: services.postgres.containerPort,
    })
  })
})

describe('isOccupied', () => {
  it('is true of a stranger and of the right service, and false where nothing listens', async () => {
    const env = (port: number) => ({ CORE_PORT: String(port), CORE_HOST: '127.0.0.1' })
    const stranger = await probeService('core', { env: env(await tcp((socket) => socket.end('x'))) })
    expect([isOccupied(stranger), isOccupied({})]).toEqual([true, true])
    expect(isOccupied(await probeService('core', { env: env(await freePort()) }))).toBe(false)
  })
})

describe('isPortOpen', () => {
  it('holds for a port on which something listens', async () => {
    expect(await isPortOpen(await tcp(() => {}))).toBe(true)
  })

  it('does not hold for one on which nothing does', async () => {
    expect(await isPortOpen(await freePort())).toBe(false)
  })

  it.skipIf(!hasIpv6)('asks both loopback addresses, or the one that is given', async () => {
    const port = await tcp(() => {}, '::1')
    expect(await isPortOpen(port)).toBe(true)
    expect(await isPortOpen(port, { host: '::1' })).toBe(true)
    expect(await isPortOpen(port, { host: '127.0.0.1' })).toBe(false)
  })

  it('does not hold for a host that cannot be found', async () => {
    expect(await isPortOpen(1, { host: 'nowhere.invalid', timeoutMs: 500 })).toBe(false)
  })
})

describe('explainListenError', () => {
  it('names the service, the port, the process and the variable of a port that is taken', async () => {
    const port = await tcp(() => {})
    const error: unknown = await listen(createTcpServer(), '127.0.0.1', port).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'EADDRINUSE' })
    const text = await explainListenError(own, error, { [variable]: String(port) })
    expect(text).toMatch(
      new RegExp(
        `^${own} cannot listen on port ${port}: it is taken by \\S.* \\(pid ${process.pid}\\)\\. Stop that process, or set ${variable} to a free port\\.$`,
      ),
    )
  })

  it('names no process where the system shows none', async () => {
    expect(await explainListenError(own, { code: 'EADDRINUSE' }, { PORT: '1' })).toBe(
      `${own} cannot listen on port 1: it is taken by a process that the system does not name. Stop that process, or set ${variable} to a free port.`,
    )
  })

  it('explains a missing permission', async () => {
    expect(await explainListenError(own, { code: 'EACCES' }, { [variable]: '80' })).toBe(
      `${own} cannot listen on port 80: the system does not permit it (below 1024, or in a range that Windows excludes). Set ${variable} to another port.`,
    )
  })

  it.each([
    [new Error('getaddrinfo ENOTFOUND nowhere.invalid'), 'getaddrinfo ENOTFOUND nowhere.invalid'],
    ['a text', 'a text'],
  ])('returns any other reason', async (error, reason) => {
    expect(await explainListenError(own, error, {})).toBe(
      `${own} cannot listen on port ${PORTS[own]}: ${reason}. ${variable} sets the port, HOST the address.`,
    )
  })
})
