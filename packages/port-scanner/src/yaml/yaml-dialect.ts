import type { Node } from 'yaml'
import type { Spelled } from '../assignment.js'
import type { Evidence, Match } from '../match.js'

/** A text in another format inside a YAML file, and what its matches have in common. */
export interface EmbeddedText {
  readonly part: Spelled
  /** A file name, or `sh` for a script. */
  readonly name: string
  readonly fields?: Pick<Match, 'evidence'>
}

/** One document of a YAML file. */
export interface YamlDocument {
  readonly root: Node
  /** The whole file; offsets of nodes refer to it. */
  readonly text: string
  /** From the scanned root, with `/`. */
  readonly path: string
  /** Reads a part of the document as another format. */
  readonly embed: (embedded: EmbeddedText) => void
}

/** A format of YAML: compose, Kubernetes, a workflow. */
export interface YamlDialect {
  readonly name: string
  /** Returns whether a document has this format, by its content first and its path second. */
  applies(document: YamlDocument): boolean
  /** Returns the ports of a document in any order. */
  read(document: YamlDocument): Match[]
}

/** Returns the matches, each with the fields that a function gives for it. */
export function amend(matches: readonly Match[], fieldsOf: (match: Match) => Partial<Match> | undefined): Match[] {
  return matches.map((match) => Object.assign({}, match, fieldsOf(match)))
}

/** Returns names as the evidence that they are the blocks which hold a number; `${project.artifactId}` is none. */
export function blocks(...names: readonly (string | undefined)[]): Evidence[] {
  return [...new Set(names)].flatMap((text) =>
    text === undefined || text.includes('${') ? [] : [{ kind: 'block', text }],
  )
}
