import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { StackMode } from '@driftos/control'
import type { Env } from '@driftos/ports'
import { execa, parseCommandString } from 'execa'
import type { Member } from '../members.js'
import type { ProcessEnd } from './lifecycle.js'
import { readLines } from './lines.js'
import { signalGroup } from './process-group.js'
import type { SupervisedProcess } from './supervisor.js'

/** How long the output of an ended process may stay open, such as by a process that it left behind. */
const outputGraceMs = 1000

/**
 * Starts the package's script directly, without a package manager, so that signals reach the service itself. The process
 * leads a separate process group: Ctrl-C in a terminal reaches only the stack, which stops the processes in order, and all that
 * a process leaves running ends with its group.
 *
 * @param onLine - receives each line of output
 */
export function startProcess(
  member: Member,
  mode: StackMode,
  env: Env,
  onLine: (source: 'stdout' | 'stderr', line: string) => void,
): SupervisedProcess {
  const [program, ...args] = commandOf(member, mode)
  const child = execa(program!, args, {
    cwd: member.folder,
    preferLocal: true,
    localDir: member.folder,
    env,
    extendEnv: false,
    stdin: 'ignore',
    buffer: false,
    reject: false,
    // On Windows this would open a console window.
    detached: process.platform !== 'win32',
    cleanup: false,
  })
  const outputs = (['stdout', 'stderr'] as const).map((source) =>
    // A pipe that breaks has no more lines.
    readLines(child[source], (line) => onLine(source, line)).catch(() => {}),
  )
  const exit = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal, reason: signal ?? `exit code ${code}` }))
    child.once('error', (error) => resolve({ code: null, signal: null, reason: error.message }))
  })
  // Its rejections are the errors above.
  child.catch(() => {})

  async function untilEnded(): Promise<ProcessEnd> {
    const end = await exit
    signalGroup(child.pid, 'SIGKILL')
    await Promise.race([Promise.all(outputs), delay(outputGraceMs, undefined, { ref: false })])
    return end
  }

  let isEnded = false
  void exit.then(() => {
    isEnded = true
  })
  return {
    pid: child.pid,
    ended: untilEnded(),
    signal(signal) {
      if (isEnded || child.pid === undefined) return
      // On Windows a signal would end only the shim that started the service.
      if (process.platform === 'win32') execFile('taskkill', ['/pid', String(child.pid), '/T', '/F'], () => {})
      else if (signal === 'SIGKILL') signalGroup(child.pid, signal)
      else child.kill(signal)
    },
  }
}

/** Returns the command of the package's script. The stack itself restarts a service after an edit, so `--watch` is left out. */
function commandOf({ folder }: Member, mode: StackMode): string[] {
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8')
  const { scripts } = JSON.parse(manifest) as { scripts: Record<StackMode, string> }
  return parseCommandString(scripts[mode]).filter((argument) => argument !== '--watch')
}
