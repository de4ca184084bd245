import { findAddresses } from '../address.js'
import type { Reader, Refuse } from '../dialect.js'
import { findDialect, findLanguage, readEmbedded } from '../dialects.js'
import { extend, merge, shift, type Match } from '../match.js'
import { compose } from './compose.js'
import { helmValues } from './helm.js'
import { jobs } from './jobs.js'
import { kubernetes, kustomize } from './kubernetes.js'
import { clusters, processes, score, skaffold, taskfile } from './processes.js'
import { prometheus, scrapeTargets } from './prometheus.js'
import { cloud, collector, settings } from './settings.js'
import { parseYaml } from './tree.js'
import type { EmbeddedText, YamlDialect } from './yaml-dialect.js'
import { readYamlLines } from './yaml-lines.js'

/** Formats in the order in which they are tried; the first that applies reads the document. */
const formats: readonly YamlDialect[] = [
  jobs,
  kustomize,
  skaffold,
  clusters,
  score,
  kubernetes,
  helmValues,
  compose,
  cloud,
  collector,
  processes,
  taskfile,
  prometheus,
  scrapeTargets,
  settings,
]

/** What every statement of a port contains, in any format: a number next to a colon, a port's name or a flag. */
const mayMatch = new RegExp(
  [
    String.raw`:\$?[{\w]{0,80}:?-?\d{2,5}(?!\d)`,
    String.raw`ports?(?:_?value)?["']?\s{0,40}[:=,]?[\s"'[,-]{0,60}\d\d`,
    String.raw`ports?["'\s,]+value|expose|published|(?:target|number):\s*["']?\d|\/tcp\/|\bnc\b|-p[ =]["']?\d`,
  ].join('|'),
  'i',
)

/** Descriptions of interfaces are large, and all of their ports are examples. */
const isDescription = /^["']?(?:openapi|swagger|asyncapi)["']?[ \t]*:[ \t]*["']?\d/m

/** Reads YAML of every kind. What the parser refuses is read by lines, and the file is named as unreadable. */
export const readYaml: Reader = (text, path, refuse) => {
  if (!mayMatch.test(text) || isDescription.test(text)) return []
  const { documents, error } = parseYaml(text)
  const parts: EmbeddedText[] = []
  const found = documents.flatMap((root) => {
    const document = { root, text, path, embed: (part: EmbeddedText) => parts.push(part) }
    return formats.find((format) => format.applies(document))!.read(document)
  })
  const lines = error === undefined ? [] : readYamlLines(text)
  if (lines.some(({ isComment }) => !isComment)) refuse(`invalid YAML: ${error}`)
  const own = [found, lines, readComments(text)]
  return parts.length === 0 ? merge(...own) : readParts(parts, path, refuse).then((inner) => merge(inner, ...own))
}

async function readParts(parts: readonly EmbeddedText[], path: string, refuse: Refuse): Promise<Match[]> {
  const read = parts.map(async ({ part, name, fields = {} }) => {
    const dialect = name === 'sh' ? findLanguage('sh') : findDialect(name)
    if (dialect === undefined || dialect === 'generated') return []
    return extend(await readEmbedded(dialect, part, name === 'sh' ? path : `${path}/${name}`, refuse), fields)
  })
  return (await Promise.all(read)).flat()
}

/** Addresses in comments, which no rule reports; listed by `--occurrences`. */
function readComments(text: string): Match[] {
  return [...text.matchAll(/(?<=^|\s)#[^\n]*/g)].flatMap(({ index, 0: comment }) =>
    extend(shift(findAddresses(comment), index), { isComment: true }),
  )
}
