import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Env, ServiceName } from '@driftos/ports'
import { execa, parseCommandString } from 'execa'
import type { Member } from './members.js'

/** A running member of the stack. */
export interface RunningProcess {
  readonly service: ServiceName
  /** Settles when the process has ended. */
  readonly ended: Promise<void>
  /** Returns how the process ended; undefined while it runs. */
  end(): string | undefined
  stop(signal: 'SIGTERM' | 'SIGKILL'): void
}

/**
 * Starts the package's script directly, without a package manager, so that signals reach the service itself. The process
 * stays in this process group, so that it is killed with the group.
 */
export function startProcess(
  member: Member,
  mode: 'dev' | 'start',
  env: Env,
  print: (line: string) => void,
): RunningProcess {
  const manifest = readFileSync(join(member.folder, 'package.json'), 'utf8')
  const { scripts } = JSON.parse(manifest) as { scripts: Record<'dev' | 'start', string> }
  const [program, ...args] = parseCommandString(scripts[mode])
  const child = execa(program!, args, {
    cwd: member.folder,
    preferLocal: true,
    localDir: member.folder,
    env,
    extendEnv: false,
    stdin: 'ignore',
    buffer: false,
    reject: false,
  })
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', print)

  let end: string | undefined
  const ended = child.then((result) => {
    end = result.signal ?? (result.exitCode === undefined ? String(result.message) : `exit code ${result.exitCode}`)
  })
  return {
    service: member.service,
    ended,
    end: () => end,
    stop(signal) {
      if (end !== undefined) return
      // On Windows a signal would end only the shim that started the service.
      if (process.platform === 'win32') execFile('taskkill', ['/pid', String(child.pid), '/T', '/F'])
      else child.kill(signal)
    },
  }
}
