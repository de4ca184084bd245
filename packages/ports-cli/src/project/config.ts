import type { ArtifactName } from '../generate/names.js'

export type { ArtifactName }

/** What a repository says to `driftos-ports`: in `driftos-ports.config.ts`, or in its `package.json` as `driftos-ports`. */
export interface Config {
  /**
   * The module or JSON file that holds the registry, from the configuration's folder: its exports, or its default
   * export, are `services`, `ranges`, `history` and, if it has any, `retired`. DriftOS's own registry unless given.
   */
  readonly registry?: string
  /** What `sync` generates. Of DriftOS's own registry everything unless given, of another nothing. */
  readonly artifacts?: readonly ArtifactName[]
  /** What `check` does not report. */
  readonly ignore?: readonly Ignore[]
}

/** Files whose findings `check` does not report. */
export interface Ignore {
  /** A glob, from the configuration's folder. */
  readonly files: string
  /** The one rule that is not applied; none is unless given. */
  readonly rule?: string
  /** Why these findings are none. */
  readonly reason: string
}

/**
 * The configuration as it is, with its types checked.
 *
 * @example
 * export default defineConfig({ registry: './src/ports.ts', artifacts: ['ports-document', 'env-example'] })
 */
export function defineConfig(config: Config): Config {
  return config
}
