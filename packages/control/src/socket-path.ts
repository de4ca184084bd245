import { readdir } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Env } from '@driftos/ports'
import { findStateDirectory } from '@driftos/ports/checkout'

/** Which stack a socket belongs to. */
export interface SocketOwner {
  /** The hash that names the checkout: `instance` of `findCheckout`. */
  readonly instance: string
  /** The port offset of the stack; one checkout can run several stacks with different offsets. */
  readonly offset: number
}

/** The longest path that every system accepts for a socket, in bytes. */
const longestPath = 103

/**
 * Returns the possible paths of a stack's control socket, the preferred one first: in the user's state directory, in
 * `XDG_RUNTIME_DIR`, in a directory of the user below the temporary one. On Windows it is the name of a pipe.
 *
 * @param env - `HOME` and the XDG variables
 */
export function listSocketPaths({ instance, offset }: SocketOwner, env: Env): string[] {
  const name = `${instance}-${offset}`
  if (process.platform === 'win32') return [`\\\\.\\pipe\\driftos-${name}`]
  return listDirectories(env)
    .map((directory) => join(directory, `${name}.sock`))
    .filter((path) => Buffer.byteLength(path) <= longestPath)
}

/**
 * Returns the sockets of the stacks of a checkout that accept connections, those of every offset.
 *
 * On Windows, where pipes cannot be listed, only the pipe of the given offset is found.
 */
export async function findRunningStacks({ instance, offset }: SocketOwner, env: Env): Promise<string[]> {
  const expected = listSocketPaths({ instance, offset }, env)
  const others = await Promise.all(
    (process.platform === 'win32' ? [] : listDirectories(env)).map(async (directory) => {
      const names = await readdir(directory).catch(() => [])
      return names
        .filter((name) => name.startsWith(`${instance}-`) && name.endsWith('.sock'))
        .map((name) => join(directory, name))
    }),
  )
  const paths = [...new Set([...expected, ...others.flat()])]
  const accepting = await Promise.all(paths.map(isAccepting))
  return paths.filter((_, index) => accepting[index])
}

/** Returns whether a process accepts connections at this path. */
export function isAccepting(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path)
    const end = (result: boolean) => {
      socket.destroy()
      resolve(result)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}

function listDirectories(env: Env): string[] {
  const state = findStateDirectory(env).path
  const runtime = env['XDG_RUNTIME_DIR']?.trim()
  return [
    ...(state ? [join(state, 'stacks')] : []),
    ...(runtime && isAbsolute(runtime) ? [join(runtime, 'driftos')] : []),
    join(tmpdir(), `driftos-${process.getuid?.() ?? 'user'}`),
  ]
}
