import { isAlias, isMap, isSeq, type Node } from 'yaml'
import { commentClues } from '../text/comment.js'
import { linesOf } from '../text/lines.js'
import { merge } from '../sight.js'
import { shift, withClues, type Clue, type Reader, type Sighting } from '../sighting.js'
import { readText } from '../text/text.js'
import { isCompose, isFirstCompose, readCompose, readFirstCompose } from './compose.js'
import { isKubernetes, readKubernetes } from './kubernetes.js'
import { readOther } from './other.js'
import { item, keyText, spell, type Place } from './place.js'
import { isRules, readPrometheus } from './prometheus.js'
import { parseYaml, type Comment } from './syntax.js'
import { isWorkflow, readWorkflow } from './workflow.js'

/** Reads YAML of any kind: each document by the dialect that its content, and then its path, says it is. */
export const readYaml: Reader = (text, path) => readFile(text, path, 0)

function readFile(text: string, path: string, depth: number): Sighting[] {
  const mark = text.startsWith('\uFEFF') ? 1 : 0
  const body = text.slice(mark)
  try {
    return shift(readBody(body, path, depth), mark)
  } catch {
    return shift(readLines(body, 0), mark)
  }
}

function readBody(text: string, path: string, depth: number): Sighting[] {
  const { documents, comments, errorAt } = parseYaml(text)
  const found: Sighting[] = []
  for (const { contents } of documents) {
    if (!contents) continue
    const node = contents as Node
    walk({ node, key: '', text }, dialectsOf(node, path, depth), 0, found)
  }
  const said = comments.flatMap(({ start, raw }) => shift(readText(raw, { style: 'prose' }), start)).map(asSaid)
  const rest = errorAt === undefined ? [] : readLines(text, errorAt)
  return withComments(merge(found, said, rest), comments, text)
}

/** What a comment publishes or listens on is only spoken of. */
function asSaid(sighting: Sighting): Sighting {
  return /^(?:publish|container|listen)$/.test(sighting.role) ? { ...sighting, role: 'prose' } : sighting
}

type Dialect = (place: Place) => Sighting[] | undefined

/** The dialects that are asked of a node in turn, by what its document holds first and what its file is called next. */
function dialectsOf(contents: Node, path: string, depth: number): Dialect[] {
  const readEmbedded = (place: Place) => (depth < maxEmbedding ? readEmbeddedFile(place, depth + 1) : undefined)
  const readContent: Dialect = (place) => (place.key === 'content' ? readEmbedded(place) : undefined)
  if (isCompose(contents)) return [readContent, readCompose, readOther]
  if (isRules(contents)) return [readRunbook]
  if (isKubernetes(contents, path)) return [readEmbedded, readPrometheus, readKubernetes]
  if (isFirstCompose(contents, path)) return [readFirstCompose, readOther]
  if (isWorkflow(contents, path)) return [readWorkflow, readOther]
  return [readEmbedded, readPrometheus, readOther]
}

/** How many files stand in one another: more are not read for what they are. */
const maxEmbedding = 3

/** Deeper than any file that people write; what is deeper is not read. */
const maxDepth = 200

function walk(place: Place, dialects: readonly Dialect[], depth: number, found: Sighting[]): void {
  const { node } = place
  if (depth > maxDepth || isAlias(node)) return
  for (const dialect of dialects) {
    const sightings = dialect(place)
    if (!sightings) continue
    for (const sighting of sightings) found.push(sighting)
    return
  }
  const { text } = place
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      readKey(key as Node, text, found)
      if (value) walk({ node: value as Node, key: keyText(key), parent: place, text }, dialects, depth + 1, found)
    }
  } else if (isSeq(node)) {
    for (const value of node.items)
      walk({ node: value as Node, key: item, parent: place, text }, dialects, depth + 1, found)
  }
}

/** A key that is an address: `http://localhost:3000: …`. */
function readKey(key: Node, text: string, found: Sighting[]): void {
  const spelling = spell(key, text)
  if (spelling?.raw.includes('://') && /\d/.test(spelling.raw))
    found.push(...shift(readText(spelling.raw, { style: 'string' }), spelling.start))
}

/** A file in a file: a block of YAML under a key that is its name, or a patch. */
function readEmbeddedFile({ node, key, text }: Place, depth: number): Sighting[] | undefined {
  if (!/\.ya?ml(?:\.tmpl)?$|^(?:patch|values|valuesContent|config|content)$/.test(key)) return undefined
  const spelling = spell(node, text)
  if (
    !spelling ||
    !spelling.raw.includes('\n') ||
    !/^[ \t]*(?:- )?["']?[\w./-]+["']?:(?:\s|$)/m.test(spelling.raw.slice(0, 4000))
  )
    return undefined
  return shift(readFile(spelling.raw, key === 'patch' ? 'kustomization.yaml' : key, depth), spelling.start)
}

/** Rules for alerts hold thresholds; only their links are addresses. */
function readRunbook({ node, text }: Place): Sighting[] | undefined {
  const spelling = spell(node, text)
  if (!spelling) return undefined
  if (!/:\/\/|\bport\s\d|"[\w.-]{1,60}:\d/.test(spelling.raw)) return []
  const found = readText(spelling.raw, { style: 'prose' }).filter(({ role }) => role === 'url' || role === 'prose')
  return shift(found, spelling.start)
}

/** The lines from an offset on, as a language that is not known. */
function readLines(text: string, from: number): Sighting[] {
  const start = text.lastIndexOf('\n', from) + 1
  return [...linesOf(text.slice(start))].flatMap((line) =>
    shift(readText(line.text, { style: 'code' }), start + line.start),
  )
}

/** The same sightings with what the comments beside and above them say. */
function withComments(sightings: readonly Sighting[], comments: readonly Comment[], text: string): Sighting[] {
  let next = 0
  return sightings.map((sighting) => {
    while (next < comments.length && comments[next]!.start < sighting.end) next++
    const clues = [...besideClues(sighting, comments[next], text), ...aboveClues(sighting, comments[next - 1], text)]
    return clues.length > 0 ? withClues([sighting], clues)[0]! : sighting
  })
}

/** At most so many words beside a number are its label; more are a remark. */
const labelWords = 4

function besideClues({ end }: Sighting, comment: Comment | undefined, text: string): Clue[] {
  if (!comment || comment.start - end > 200 || text.slice(end, comment.start).includes('\n')) return []
  const [hint] = commentClues(comment.raw)
  if (!hint) return []
  const isLabel =
    hint.text.split(/\s+/).length <= labelWords && !/\b(?:not|was|formerly|old|instead|conflicts?)\b/i.test(hint.text)
  return [isLabel ? { kind: 'label', text: hint.text } : hint]
}

function aboveClues({ start }: Sighting, comment: Comment | undefined, text: string): Clue[] {
  if (!comment || start - comment.start > 400 || !isAlone(comment, text)) return []
  const between = text.slice(comment.start + comment.raw.length, start)
  if (between.split('\n').length !== 2) return []
  return commentClues(comment.raw)
}

/** Whether nothing else stands on the line of a comment. */
function isAlone({ start }: Comment, text: string): boolean {
  const before = text.slice(Math.max(0, start - 200), start)
  return before.slice(before.lastIndexOf('\n') + 1).trim() === ''
}
