import type { RegistryDefinition } from '@driftos/ports/define'

/** The settings of a repository: in `driftos-ports.config.ts`, or as the key `driftos-ports` of `package.json`. */
export interface Config {
  /**
   * The registry: the path of a module or a JSON file, from the configuration's directory, or the name of an installed
   * package such as `@driftos/ports`.
   */
  readonly registry: string
  /** What `sync` writes. Nothing unless given. */
  readonly generate?: readonly (Generator | readonly Generator[])[]
  /** The findings that `check` does not report. */
  readonly ignore?: readonly Ignore[]
  /**
   * The directory or `package.json` of the package that changesets name, from the configuration's directory. The nearest
   * one above the registry unless given.
   */
  readonly package?: string
}

/** A generated file, or a generated region of a hand-written file. */
export interface Generator {
  /** The file, from the configuration's directory, with `/`. */
  readonly file: string
  /** The name of the region between two marker lines. Without it, the whole file is generated. */
  readonly region?: string
  /**
   * Returns the text, which ends in a newline, or undefined where the registry has nothing to show: a whole file is then
   * removed, a region emptied.
   */
  render(this: void, registry: RegistryDefinition): string | undefined
}

/** Files whose findings `check` does not report. */
export interface Ignore {
  /** A glob as in `.gitignore`, from the configuration's directory. */
  readonly files: string
  /** The rule that is not applied. All rules unless given. */
  readonly rule?: string
  readonly reason: string
}

/**
 * Returns a configuration unchanged, with its types checked.
 *
 * @example
 * import { defineConfig, envExample, portsDocument } from '@driftos/ports-cli'
 *
 * export default defineConfig({ registry: './src/ports.ts', generate: [portsDocument(), envExample()] })
 */
export function defineConfig(config: Config): Config {
  return config
}
