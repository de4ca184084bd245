import { readFileSync } from 'node:fs'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A process above this one. */
export interface Ancestor {
  readonly pid: number
  readonly parent: number
  /** The command line, as `ps` prints it. */
  readonly command: string
}

/** How often the ancestors are checked, in milliseconds. */
const intervalMs = 500

/** The command line of a package manager: a program, or a script that Node runs. */
const packageManager =
  /^(\S*[/\\])?(npm|npx|pnpm|pnpx|yarn|bun|bunx|corepack)(\.exe)?(\s|$)|^\S*node(\.exe)?\s+(-\S+\s+)*\S*[/\\](npm|npx|pnpm|pnpx|yarn|corepack)[-.\w]*(\s|$)/

/** The shell in which a package manager runs a script. */
const shell = /^(\S*[/\\])?(sh|bash|dash|zsh)\s+-c\s/

/**
 * Returns the processes of the package manager that started this one, nearest first, such as `sh -c`, `pnpm`, `sh -c`, `npx`:
 * npm ends at SIGTERM without stopping its child, so a process whose package manager has ended must stop by itself. The shell
 * of the user does not belong to them: a stack may outlive its terminal with `nohup`.
 *
 * @param ancestors - all processes above this one, nearest first
 */
export function packageManagersAmong(ancestors: readonly Ancestor[]): Ancestor[] {
  const end = ancestors.findIndex(({ command }) => !packageManager.test(command) && !shell.test(command))
  const chain = end === -1 ? [...ancestors] : ancestors.slice(0, end)
  // A shell above the last package manager is the user's.
  const last = chain.findLastIndex(({ command }) => packageManager.test(command))
  return chain.slice(0, last + 1)
}

/** Returns the processes above this one, nearest first; none on Windows, and where they cannot be read. */
export async function findAncestors(): Promise<Ancestor[]> {
  if (process.platform === 'win32') return []
  const find = process.platform === 'linux' ? readProcess : await listProcesses().catch(() => () => undefined)
  const found: Ancestor[] = []
  for (let pid = process.ppid; pid > 1 && found.length < 50; pid = found.at(-1)!.parent) {
    const next = find(pid)
    if (!next) break
    found.push(next)
  }
  return found
}

/**
 * Calls a function once one of the processes has ended.
 *
 * @returns stops the watch
 */
export function watchAncestors(ancestors: readonly Ancestor[], onEnded: (ended: Ancestor) => void): () => void {
  if (ancestors.length === 0) return () => {}
  const timer = setInterval(() => {
    const isDirectChild = process.ppid === ancestors[0]!.pid
    const ended = isDirectChild ? ancestors.find((ancestor) => !isSame(ancestor)) : ancestors[0]
    if (!ended) return
    clearInterval(timer)
    onEnded(ended)
  }, intervalMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** Returns whether a process runs; one that has ended and that its parent has not yet noticed does not. */
export function isAlive(pid: number): boolean {
  if (process.platform === 'linux') return readProcess(pid) !== undefined
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whether the process still runs under the same parent: a number may be used again by another process. */
function isSame({ pid, parent }: Ancestor): boolean {
  if (process.platform !== 'linux') return isAlive(pid)
  return readProcess(pid)?.parent === parent
}

function readProcess(pid: number): Ancestor | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may contain blanks and parentheses.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state === 'Z' || state === 'X') return undefined
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    return { pid, parent: Number(parent), command }
  } catch {
    return undefined
  }
}

async function listProcesses(): Promise<(pid: number) => Ancestor | undefined> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args='], { maxBuffer: 16_777_216 })
  const processes = new Map(
    stdout.split('\n').flatMap((line) => {
      const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)
      return match ? [[Number(match[1]), { pid: Number(match[1]), parent: Number(match[2]), command: match[3]! }]] : []
    }),
  )
  return (pid) => processes.get(pid)
}
