import { findAddresses } from '../address.js'
import type { Reader } from '../dialect.js'
import { merge } from '../match.js'
import { compose } from './compose.js'
import { prometheus } from './prometheus.js'
import { parseYaml } from './tree.js'
import type { YamlDialect } from './yaml-dialect.js'
import { readYamlLines } from './yaml-lines.js'

/** Formats in the order in which they are tried; the first that applies reads the document. */
const formats: readonly YamlDialect[] = [compose, prometheus]

/** Reads YAML of every kind. What the parser refuses is read by lines, and the file is named as unreadable. */
export const readYaml: Reader = (text, path, refuse) => {
  const { documents, error } = parseYaml(text)
  if (error !== undefined) refuse(`invalid YAML: ${error}`)
  const found = documents.flatMap((root) => {
    const document = { root, text, path }
    return formats.find((format) => format.applies(document))?.read(document) ?? []
  })
  const lines = error === undefined ? [] : readYamlLines(text)
  return merge(found, lines, markComments(text))
}

/** Addresses in comments, which no rule reports; listed by `--occurrences`. */
function markComments(text: string) {
  return [...text.matchAll(/(?<=^|\s)#[^\n]*/g)].flatMap(({ index, 0: comment }) =>
    findAddresses(comment).map((match) => ({
      ...match,
      start: match.start + index,
      end: match.end + index,
      isComment: true,
    })),
  )
}
