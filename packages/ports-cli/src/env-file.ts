import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { Env } from '@driftos/ports'
import { UsageError, type Option } from './command.js'

/** The options that select the file. */
export const envFileOptions = {
  'env-file': { type: 'string', value: 'PATH', help: 'read variables from this file; default .env at the root' },
  'no-env-file': { type: 'boolean', help: 'read no .env file' },
} as const satisfies Record<string, Option>

/**
 * Returns the environment together with the variables of `.env` at the root of the repository, or of another file. A
 * variable that the environment sets wins. Node.js 20 and 22 read `--env-file` themselves too, wherever it is on the
 * command line, with the same result; a missing file then ends them with exit code 9.
 *
 * @param root - the absolute path of the repository; undefined without one
 * @throws {UsageError} when a file that was asked for cannot be read
 */
export function readEnv(
  values: Readonly<Record<string, unknown>>,
  { env, cwd }: { readonly env: Env; readonly cwd: string },
  root: string | undefined,
): Env {
  const file = values['env-file'] as string | undefined
  if (values['no-env-file']) {
    if (file === undefined) return env
    throw new UsageError('--env-file and --no-env-file contradict each other. Keep one of them.')
  }
  if (file === undefined && root === undefined) return env
  try {
    return { ...parseEnv(readFileSync(file === undefined ? join(root!, '.env') : resolve(cwd, file), 'utf8')), ...env }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // Most repositories have no .env, and some have a directory of that name.
    if (file === undefined && (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR')) return env
    throw new UsageError(`Cannot read ${file ?? '.env'}: ${message}. Use --no-env-file to read none.`)
  }
}
