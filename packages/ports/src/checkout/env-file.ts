import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { Env } from '../env.js'
import { SlotError } from './slot-error.js'

/** A file of variables, and the environment with them. */
export interface EnvFile {
  /** The environment, and below it the file's variables. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The file that was read, absolute; undefined where there is none. */
  readonly file?: string
  /** The file's variables that the environment did not have. */
  readonly applied: Readonly<Record<string, string>>
}

/** Which file to read. */
export interface EnvFileOptions {
  /** Another file than `.env` in the root, relative to `cwd`; `false` for none. */
  readonly file?: string | false | undefined
  /** The directory that `file` is relative to; `process.cwd()` unless given. */
  readonly cwd?: string
  /** `process.platform` unless given: on Windows names of variables differ by more than case. */
  readonly platform?: NodeJS.Platform
}

const maxBytes = 1 << 20

/**
 * Returns an environment with the variables of `.env` in a checkout's root. A variable of the environment wins, also an empty
 * one. Neither the given environment nor `process.env` changes.
 *
 * @throws {SlotError} `ENV_FILE` when a named file does not exist, or a file cannot be read or is larger than 1 MiB
 */
export function readEnvFile(
  root: string,
  env: Env,
  { file, cwd = process.cwd(), platform = process.platform }: EnvFileOptions = {},
): EnvFile {
  if (file === false) return { env: { ...env }, applied: {} }
  const path = file === undefined ? join(root, '.env') : resolve(cwd, file)
  const text = readText(path, file !== undefined)
  if (text === undefined) return { env: { ...env }, applied: {} }
  const keyOf = (name: string) => (platform === 'win32' ? name.toUpperCase() : name)
  const present = new Set(
    Object.keys(env)
      .filter((name) => env[name] !== undefined)
      .map(keyOf),
  )
  const applied = Object.fromEntries(
    Object.entries(parseEnv(text)).flatMap(([name, value]) =>
      value === undefined || present.has(keyOf(name)) ? [] : [[name, value] as const],
    ),
  )
  return { env: { ...env, ...applied }, file: path, applied }
}

function readText(path: string, isNamed: boolean): string | undefined {
  try {
    const found = statSync(path)
    // Python's tools create a directory of this name.
    if (!isNamed && found.isDirectory()) return undefined
    if (found.size > maxBytes) throw new Error(`it has ${found.size} bytes, more than ${maxBytes}`)
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (!isNamed && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined
    const fix = isNamed
      ? 'Name another with --env-file, or pass --no-env-file'
      : 'Make it readable, or pass --no-env-file'
    throw new SlotError('ENV_FILE', `The variables in ${path} could not be read: ${message}. ${fix}.`, { cause: error })
  }
}
