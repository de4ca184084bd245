import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Runs git in a directory, and returns its output without the last line break; undefined when git fails or is missing. */
export async function git(directory: string, ...args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', args, { cwd: directory, maxBuffer: 64 << 20 })
    return stdout.replace(/\r?\n$/, '')
  } catch {
    return undefined
  }
}
