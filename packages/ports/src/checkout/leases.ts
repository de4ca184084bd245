import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { processEnv, type Env } from '../env.js'
import { SlotError } from './slot-error.js'
import { findStateDirectory } from './state-directory.js'

/** A checkout's right to an offset. */
export interface Lease {
  /** The real path of the checkout's root. */
  readonly root: string
  readonly instance: string
  /** The device and number of the root directory, which a rename keeps. */
  readonly identity?: string
  /** The machine, or the container, that `root` is a path of. */
  readonly host: string
  readonly project: string
  readonly offset: number
  /** The ports of the services that the offset moves, where it moves them to. */
  readonly ports: readonly number[]
  /** The ports that no offset moves. */
  readonly pinned: readonly number[]
  /** When the checkout got the offset, and when it last used it (ISO 8601). */
  readonly takenAt: string
  readonly usedAt: string
}

/** The version of the format. */
export const version = 1
/** The largest file that is read. A lease of a thousand services takes 12 kB, and 65 thousand ports bound the number of leases. */
export const maxBytes = 16 << 20

/** The names of the ledger's files. */
export const generationPattern = /^slots\.(\d{1,15})\.json$/

/**
 * Returns the leases as they are written; none where there is no ledger that can be read.
 *
 * @param env - the variables that locate the ledger; `process.env` unless given
 */
export function peekLeases(env: Env = processEnv()): readonly Lease[] {
  const { path } = findStateDirectory(env)
  try {
    return path === undefined ? [] : readLeases(path)
  } catch {
    return []
  }
}

/**
 * Reads the leases without waiting for writers; none where there is no ledger that can be read.
 *
 * @throws {SlotError} `NEWER_LEDGER`
 */
export function readLeases(directory: string): readonly Lease[] {
  for (const generation of tryTo(() => generationsIn(readdirSync(directory))) ?? []) {
    const file = fileOf(directory, generation)
    const text = tryTo(() => (statSync(file).size > maxBytes ? '' : readFileSync(file, 'utf8'))) ?? ''
    const leases = parseLeases(text, file)
    if (leases) return leases
  }
  return []
}

/** A file may be removed by a writer, or not be readable. */
function tryTo<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Returns the numbers of the ledger's files, the newest first. */
export function generationsIn(names: readonly string[]): number[] {
  return names
    .flatMap((name) => Number(generationPattern.exec(name)?.[1] ?? []))
    .filter((generation) => generation > 0)
    .toSorted((one, other) => other - one)
}

/** Returns the file of a generation. */
export function fileOf(directory: string, generation: number): string {
  return join(directory, `slots.${generation}.json`)
}

/**
 * Returns the leases in a file's text; undefined if it is not a ledger.
 *
 * @throws {SlotError} `NEWER_LEDGER`
 */
export function parseLeases(text: string, file: string): readonly Lease[] | undefined {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(content) || !Number.isInteger(content['version'])) return undefined
  if (Number(content['version']) > version) {
    throw new SlotError(
      'NEWER_LEDGER',
      `The ledger ${file} has version ${Number(content['version'])}, and this driftos-ports reads version ${version}. Update @driftos/ports, or set DRIFTOS_PORT_OFFSET.`,
    )
  }
  const { leases } = content
  return Array.isArray(leases) && leases.every(isLease) ? leases : undefined
}

function isLease(value: unknown): value is Lease {
  if (!isRecord(value)) return false
  const texts = [value['root'], value['instance'], value['host'], value['project'], value['takenAt'], value['usedAt']]
  return (
    texts.every((text) => typeof text === 'string') &&
    ['string', 'undefined'].includes(typeof value['identity']) &&
    [value['takenAt'], value['usedAt']].every((time) => !Number.isNaN(Date.parse(String(time)))) &&
    Number.isInteger(value['offset']) &&
    [value['ports'], value['pinned']].every((ports) => Array.isArray(ports) && ports.every(isPort))
  )
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
