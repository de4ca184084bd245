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

/** Returns whether a container may publish a port: its process is a forwarder, or is hidden, as that of an engine is from other users. */
export function mayBeContainer(listening: ListeningProcess | undefined): boolean {
  return listening === undefined || proxies.test(listening.command)
}

/** A container that publishes a port. */
export interface PublishingContainer {
  readonly name: string
  /** The directory of its compose project, where it has one. */
  readonly directory?: string
}

/**
 * Returns the container that publishes each of these ports, from every engine that this process may use: Docker and Podman
 * at their sockets, and the socket in `DOCKER_HOST`.
 */
export async function findContainers(
  ports: readonly number[],
  env: Env,
): Promise<ReadonlyMap<number, PublishingContainer>> {
  if (ports.length === 0) return new Map()
  const answers = await Promise.all(engineSockets(env).map((socketPath) => ask(socketPath)))
  const containers = new Map<number, PublishingContainer>()
  for (const answer of answers) {
    for (const [port, container] of parseContainers(answer)) if (ports.includes(port)) containers.set(port, container)
  }
  return containers
}

/** Parses an engine's `/containers/json`: the container of each port that loopback reaches. */
export function parseContainers(text: string): Map<number, PublishingContainer> {
  const containers = new Map<number, PublishingContainer>()
  for (const { Names: [name] = [], Ports: ports, Labels: labels } of parseList(text)) {
    const directory = labels?.['com.docker.compose.project.working_dir']
    for (const { IP: address = '', PublicPort: port, Type: type } of ports ?? []) {
      const isReached = /^($|0\.0\.0\.0$|::1?$|127\.)/.test(address)
      if (!name || !port || !isReached || type !== 'tcp') continue
      containers.set(port, { name: name.replace(/^\//, ''), ...(directory && { directory }) })
    }
  }
  return containers
}

interface Container {
  readonly Names?: readonly string[]
  readonly Labels?: Readonly<Record<string, string>> | null
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
