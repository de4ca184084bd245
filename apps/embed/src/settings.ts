import type { Env } from '@driftos/ports'
import { SettingError } from '@driftos/service/settings'
import type { Thresholds } from './decide.js'

const kinds = ['sentences', 'hashing', 'server', 'transformers'] as const

/** The kinds of embedders. */
export type EmbedderKind = (typeof kinds)[number]

/** The settings of embed. */
export interface EmbedSettings {
  readonly embedder: EmbedderKind
  /** The model of transformers.js. */
  readonly model: string
  readonly thresholds: Thresholds
}

/**
 * Reads `EMBEDDER`, `EMBEDDER_MODEL`, `EMBED_STAY_THRESHOLD` and `EMBED_ROUTE_THRESHOLD`.
 *
 * @throws {SettingError} lists every invalid variable
 */
export function parseEmbedSettings(env: Env): EmbedSettings {
  const problems: string[] = []
  const read = (name: string) => env[name]?.trim() || undefined

  function readThreshold(name: string, fallback: number): number {
    const text = read(name)
    if (text === undefined) return fallback
    if (/^(0|1|0?\.\d+|1\.0+)$/.test(text)) return Number(text)
    problems.push(`${name}=${JSON.stringify(text)} is not a similarity: set a number from 0 to 1, or unset it`)
    return fallback
  }

  const kind = read('EMBEDDER') ?? 'sentences'
  const embedder = kinds.find((known) => known === kind)
  if (!embedder)
    problems.push(`EMBEDDER=${JSON.stringify(kind)} is not an embedder: set one of ${kinds.join(', ')}, or unset it`)
  const thresholds = {
    stay: readThreshold('EMBED_STAY_THRESHOLD', 0.38),
    route: readThreshold('EMBED_ROUTE_THRESHOLD', 0.42),
  }
  if (problems.length > 0) throw new SettingError(problems.join('\n'))
  return { embedder: embedder!, model: read('EMBEDDER_MODEL') ?? 'Xenova/paraphrase-MiniLM-L6-v2', thresholds }
}
