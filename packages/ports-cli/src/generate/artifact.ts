import type { RegistryDefinition } from '@driftos/ports/define'

/** A generated file, or the generated part of one. */
export interface Artifact {
  /** The file, from the repository's root, with `/`. */
  readonly file: string
  /** The lines between which the generated part stands; without them the whole file is generated. */
  readonly markers?: { readonly begin: string; readonly end: string }
  /** The generated text, which ends in a newline. */
  render(registry: RegistryDefinition): string
}

/** What a generated file says of itself, behind its format's sign for a comment. */
export const generatedNotice = 'Generated from the port registry by `driftos-ports sync`. Do not edit.'
