import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { findContainers, mayBeContainer, parseContainers } from './container.js'
import { startEngine } from './engine.fixture.js'

// As Docker 28 answers GET /containers/json, shortened to the fields of a port's container.
const docker = JSON.stringify([
  {
    Id: '8dfafdbc3a40f6ba6dd1b9f2c2e9e0a2b0c6d8c8a4b1f0f2c7b0a9d3b5e1c7f2',
    Names: ['/driftos-postgres-1'],
    Image: 'pgvector/pgvector:0.8.1-pg18',
    Ports: [{ IP: '127.0.0.1', PrivatePort: 5432, PublicPort: 5433, Type: 'tcp' }],
    State: 'running',
    HostConfig: { NetworkMode: 'driftos_default' },
  },
  {
    Id: '9cd87474be90f6ba6dd1b9f2c2e9e0a2b0c6d8c8a4b1f0f2c7b0a9d3b5e1c7f2',
    Names: ['/grafana'],
    Image: 'grafana/grafana:12.1.1',
    Ports: [
      { IP: '0.0.0.0', PrivatePort: 3000, PublicPort: 3010, Type: 'tcp' },
      { IP: '::', PrivatePort: 3000, PublicPort: 3010, Type: 'tcp' },
    ],
    State: 'running',
  },
  {
    Id: '4cb07b47f9fb0f6ba6dd1b9f2c2e9e0a2b0c6d8c8a4b1f0f2c7b0a9d3b5e1c7f',
    Names: ['/elsewhere'],
    Ports: [
      { IP: '192.168.0.7', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { IP: '0.0.0.0', PrivatePort: 53, PublicPort: 5353, Type: 'udp' },
      { PrivatePort: 9090, Type: 'tcp' },
    ],
  },
  { Id: '176bea', Names: ['/host-network'], Ports: [] },
])

// As Podman 5 answers the same.
const podman = JSON.stringify([
  {
    Id: '0f8a6e4c2b1d',
    Names: ['/prometheus'],
    Ports: [{ IP: '', PrivatePort: 9090, PublicPort: 9091, Type: 'tcp' }],
    State: 'running',
  },
  { Id: '1f8a6e4c2b1d', Names: ['/no-ports'], Ports: null },
])

describe('parseContainers', () => {
  it('reads the container of each port that Docker publishes where loopback reaches it', () => {
    expect(parseContainers(docker)).toEqual(
      new Map([
        [5433, { name: 'driftos-postgres-1' }],
        [3010, { name: 'grafana' }],
      ]),
    )
  })

  it("reads Podman's", () => {
    expect(parseContainers(podman)).toEqual(new Map([[9091, { name: 'prometheus' }]]))
  })

  it.each([
    '',
    '[]',
    '{}',
    'null',
    '{"message":"client version 1.20 is too old"}',
    '<html>',
    '[{}]',
    '[{"Ports":[{}]}]',
  ])('is empty for %j', (text) => {
    expect(parseContainers(text)).toEqual(new Map())
  })
})

describe('mayBeContainer', () => {
  it.each([
    'docker-proxy -proto tcp -host-ip 127.0.0.1 -host-port 5433',
    'rootlesskit',
    'rootlessport',
    'com.docke',
    'com.docker.backend.exe',
    'OrbStack Helper',
    'gvproxy',
  ])('is true of %s', (command) => {
    expect(mayBeContainer({ pid: 1, command })).toBe(true)
  })

  it('is true of a process that the system hides, as it does those of an engine', () => {
    expect(mayBeContainer(undefined)).toBe(true)
  })

  it.each(['node dist/main.js', 'docker', 'python3 -m http.server', ''])('is false of %j', (command) => {
    expect(mayBeContainer({ pid: 1, command })).toBe(false)
  })
})

describe.skipIf(process.platform === 'win32')('findContainers', () => {
  it('requests the given ports from the engine', async () => {
    const paths: (string | undefined)[] = []
    const env = await startEngine((request, response) => {
      paths.push(request.url)
      response.end(docker)
    })
    expect(await findContainers([5433, 3001], env)).toEqual(new Map([[5433, { name: 'driftos-postgres-1' }]]))
    expect(paths).toEqual(['/containers/json'])
  })

  it('sends no request for an empty list of ports', async () => {
    const env = await startEngine(() => expect.unreachable())
    expect(await findContainers([], env)).toEqual(new Map())
  })

  it.each([
    ['refuses', (_, response) => void response.writeHead(403).end(docker)],
    ['hangs up', (request) => void request.socket.destroy()],
    ['breaks off', (request, response) => void response.write('[', () => request.socket.destroy())],
    ['never answers', () => {}],
  ] satisfies [string, RequestListener][])('is empty where the engine %s', async (_, onRequest) => {
    expect(await findContainers([5433], await startEngine(onRequest))).toEqual(new Map())
  })

  it.each([undefined, '', 'unix:///nowhere/docker.sock', 'tcp://127.0.0.1:1', 'ssh://host'])(
    'is empty without an engine at %j',
    async (DOCKER_HOST) => {
      expect(await findContainers([1], { DOCKER_HOST, XDG_RUNTIME_DIR: '/nowhere' })).toEqual(new Map())
    },
  )
})
