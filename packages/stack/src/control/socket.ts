import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { dirname } from 'node:path'
import { once } from 'node:events'
import { connectControl, isAccepting, listSocketPaths, type SocketOwner, type StackStatus } from '@driftos/control'
import type { Env } from '@driftos/ports'

/** The control socket of this stack. */
export interface ControlSocket {
  readonly path: string
  /** Closes it and removes its file. */
  close(): void
}

/** Returns the stack that runs already in this checkout with this offset. */
export async function findOther(owner: SocketOwner, env: Env): Promise<StackStatus | undefined> {
  for (const path of listSocketPaths(owner, env)) {
    const status = await connectControl(path)
      .status()
      .catch(() => undefined)
    if (status) return status
  }
  return undefined
}

/**
 * Listens on the first usable path of this stack, with mode 600 in a directory of mode 700, and replaces a socket that a killed
 * stack left.
 *
 * @returns undefined where no path is usable, such as in a read-only home: the stack runs without
 */
export async function listenOnSocket(server: Server, owner: SocketOwner, env: Env): Promise<ControlSocket | undefined> {
  for (const path of listSocketPaths(owner, env)) {
    // Another stack started at the same moment. The ports decide which of the two runs.
    if (await isAccepting(path)) return undefined
    try {
      await listenAt(server, path)
    } catch {
      continue
    }
    return {
      path,
      close() {
        server.close()
        server.closeAllConnections()
        if (process.platform !== 'win32') rmSync(path, { force: true })
      },
    }
  }
  return undefined
}

async function listenAt(server: Server, path: string): Promise<void> {
  if (process.platform !== 'win32') {
    makePrivate(dirname(path))
    rmSync(path, { force: true })
  }
  server.listen(path)
  await once(server, 'listening')
  if (process.platform !== 'win32') chmodSync(path, 0o600)
}

/** Makes a directory that only this user can enter. */
function makePrivate(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const stats = lstatSync(directory)
  if (!stats.isDirectory() || stats.uid !== process.getuid?.()) throw new Error(`${directory} belongs to another user`)
  if ((stats.mode & 0o077) !== 0) chmodSync(directory, 0o700)
}
