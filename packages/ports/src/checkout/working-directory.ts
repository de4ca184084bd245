import { execFile } from 'node:child_process'
import { readlink } from 'node:fs/promises'
import { promisify } from 'node:util'

/**
 * Returns the working directory of each process: from /proc on Linux, by lsof on macOS. A process of another user is absent,
 * as is every process on Windows.
 */
export async function findWorkingDirectories(pids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  if (pids.length === 0) return new Map()
  if (process.platform === 'linux') {
    const links = await Promise.all(
      pids.map(async (pid) => [pid, await readlink(`/proc/${pid}/cwd`).catch(() => '')] as const),
    )
    return new Map(links.filter(([, path]) => path.startsWith('/')))
  }
  if (process.platform === 'darwin') {
    const list = ['-a', '-nP', '-d', 'cwd', '-p', pids.join(','), '-Fpn']
    const { stdout } = await promisify(execFile)('lsof', list, { timeout: 5000 }).catch(
      (error: { stdout?: string }) => ({
        // lsof exits 1 when one of the processes has ended.
        stdout: error.stdout ?? '',
      }),
    )
    return parseLsofDirectories(stdout)
  }
  return new Map()
}

/** Parses `lsof -d cwd -F pn`: a line `p<pid>`, one `f<descriptor>`, then `n<path>`. */
export function parseLsofDirectories(text: string): Map<number, string> {
  const directories = new Map<number, string>()
  let pid = 0
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('p')) pid = Number(line.slice(1))
    if (line.startsWith('n/') && pid) directories.set(pid, line.slice(1))
  }
  return directories
}
