import { get } from 'node:http'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Env } from './env.js'
import type { ListeningProcess } from './listening-process.js'

/** A busy engine is not waited for longer than a person would. */
const timeoutMs = 1000
const maxAnswerBytes = 16 << 20

/** Programs that hold a published port for a container: Docker's, Podman's, Docker Desktop's, OrbStack's, Lima's. */
const proxies =
  /^(docker-proxy|rootlesskit|rootlessport|slirp4netns|pasta|com\.docke|vpnkit|gvproxy|wslrelay|orbstack|limactl)/i

/** Whether a port may be a container's: its process passes on what it gets, or is hidden, as an engine's is from other users. */
export function mayBeContainer(listening: ListeningProcess | undefined): boolean {
  return listening === undefined || proxies.test(listening.command)
}

/**
 * Which container publishes each of these ports, as far as an engine tells that this process may ask. Docker and Podman
 * are asked at their sockets, at `DOCKER_HOST` too where it is one.
 */
export async function findContainers(ports: readonly number[], env: Env): Promise<ReadonlyMap<number, string>> {
  if (ports.length === 0) return new Map()
  const answers = await Promise.all(engineSockets(env).map((socketPath) => ask(socketPath)))
  const containers = new Map<number, string>()
  for (const answer of answers) {
    for (const [port, name] of parseContainers(answer)) if (ports.includes(port)) containers.set(port, name)
  }
  return containers
}

/** The container of each port on which this machine's loopback reaches one, from an engine's `/containers/json`. */
export function parseContainers(text: string): Map<number, string> {
  const names = new Map<number, string>()
  for (const { Names: [name] = [], Ports: ports } of parseList(text)) {
    for (const { IP: address = '', PublicPort: port, Type: type } of ports ?? []) {
      const isReached = /^($|0\.0\.0\.0$|::1?$|127\.)/.test(address)
      if (name && port && isReached && type === 'tcp') names.set(port, name.replace(/^\//, ''))
    }
  }
  return names
}

interface Container {
  readonly Names?: readonly string[]
  readonly Ports?: readonly { readonly IP?: string; readonly PublicPort?: number; readonly Type?: string }[] | null
}

function parseList(text: string): readonly Container[] {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? (list as readonly Container[]) : []
  } catch {
    // What answers there is no engine.
    return []
  }
}

function engineSockets({ DOCKER_HOST, XDG_RUNTIME_DIR: runtime }: Env): string[] {
  const [, configured] = /^(?:unix|npipe):\/\/(.+)$/.exec(DOCKER_HOST ?? '') ?? []
  const usual =
    process.platform === 'win32'
      ? ['//./pipe/docker_engine']
      : [
          '/var/run/docker.sock',
          join(homedir(), '.docker/run/docker.sock'),
          '/run/podman/podman.sock',
          ...(runtime ? [join(runtime, 'docker.sock'), join(runtime, 'podman/podman.sock')] : []),
        ]
  return [...new Set(configured ? [configured, ...usual] : usual)]
}

/** What an engine answers; nothing where there is none, or none that this process may ask. */
function ask(socketPath: string): Promise<string> {
  return new Promise((resolve) => {
    const request = get({ socketPath, path: '/containers/json', agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length > maxAnswerBytes) settle('')
      })
      response.on('end', () => settle(response.statusCode === 200 ? text : ''))
      response.on('error', () => settle(''))
    })
    const timer = setTimeout(() => settle(''), timeoutMs)
    const settle = (text: string) => {
      clearTimeout(timer)
      request.destroy()
      resolve(text)
    }
    request.on('error', () => settle(''))
  })
}
