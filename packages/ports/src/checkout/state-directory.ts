import { posix, win32 } from 'node:path'
import type { Env } from '../env.js'

/** The directory of the ledger, or the reason why there is none. */
export type StateDirectory = { readonly path: string } | { readonly path: undefined; readonly reason: string }

/**
 * Returns the directory of the ledger: in `XDG_STATE_HOME`, else in `~/.local/state`; on Windows in `%LOCALAPPDATA%`.
 *
 * @param env - `HOME` and the other variables
 * @param platform - `process.platform` unless given
 */
export function findStateDirectory(env: Env, platform: NodeJS.Platform = process.platform): StateDirectory {
  const paths = platform === 'win32' ? win32 : posix
  // The XDG specification ignores a relative path.
  const absolute = (path: string | undefined) => (path && paths.isAbsolute(path) ? path : undefined)
  const home = absolute(env[platform === 'win32' ? 'USERPROFILE' : 'HOME']) ?? absolute(homeOfUser())
  const base =
    platform === 'win32'
      ? (absolute(env['LOCALAPPDATA']) ?? (home && paths.join(home, 'AppData', 'Local')))
      : (absolute(env['XDG_STATE_HOME']) ?? (home && paths.join(home, '.local', 'state')))
  if (base) return { path: paths.join(base, 'driftos-ports') }
  const variables = platform === 'win32' ? 'LOCALAPPDATA or USERPROFILE' : 'XDG_STATE_HOME or HOME'
  return { path: undefined, reason: `this user has no home directory: set ${variables}` }
}

function homeOfUser(): string | undefined {
  try {
    // Loaded at the first use: HOME is usually set.
    return process.getBuiltinModule('node:os').homedir()
  } catch {
    // A container may run as a user that the system has no entry for.
    return undefined
  }
}
