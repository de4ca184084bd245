import type { Node } from 'yaml'
import type { Match } from '../match.js'

/** One document of a YAML file. */
export interface YamlDocument {
  readonly root: Node
  /** The whole file; offsets of nodes refer to it. */
  readonly text: string
  /** From the scanned root, with `/`. */
  readonly path: string
}

/** A format of YAML: compose, Kubernetes, a workflow. */
export interface YamlDialect {
  readonly name: string
  /** Returns whether a document has this format, by its content first and its path second. */
  applies(document: YamlDocument): boolean
  /** Returns the ports of a document in any order. */
  read(document: YamlDocument): Match[]
}
