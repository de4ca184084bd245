import { spawnSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'

/**
 * Programs that lock the open file with descriptor 3. The lock belongs to the open file, which this process shares with
 * them, so that it stays when they end. Node itself has no call for it.
 */
const programs = [
  ['flock', '-x', '-n', '3'],
  ['perl', '-e', 'use Fcntl ":flock"; open(my $file, "<&=3") or exit 2; flock($file, LOCK_EX | LOCK_NB) or exit 1'],
] as const

/**
 * Locks a file until this process ends, however it ends. The kernel keeps the lock with the file, so it also excludes
 * processes in other containers and namespaces that mount the same directory.
 *
 * @returns `locked`; `taken` when another process has it; `unsupported` when this system has no program for it
 */
export function lockFile(path: string): 'locked' | 'taken' | 'unsupported' {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  for (const [program, ...parameters] of programs) {
    const { status, error } = spawnSync(program, parameters, { stdio: ['ignore', 'ignore', 'ignore', descriptor] })
    if (!error && status === 0) return 'locked'
    if (!error && status === 1) {
      closeSync(descriptor)
      return 'taken'
    }
  }
  closeSync(descriptor)
  return 'unsupported'
}
