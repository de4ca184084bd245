import type { Comments, Reader } from '../dialect.js'
import { findLanguage, readEmbedded } from '../dialects.js'
import { findComments, isInside } from '../comments.js'
import { extend, merge, parsePort, shift, type Match } from '../match.js'
import { isPortName, wordsOf } from '../names.js'
import { amend } from '../yaml/yaml-dialect.js'
import { splitBlocks, type Code, type Line } from './blocks.js'
import { evidenceOf, parseLabel, type Label } from './label.js'
import { example, readPrinted, readStatement } from './statement.js'
import { readDiagram } from './diagram.js'
import { withoutTags } from './html.js'
import { readTable } from './table.js'

/** Reads text for people: tables, list items, sentences with a subject, and code in its own language. */
export const readDocument: Reader = async (text, path) => {
  const blocks = splitBlocks(withoutTags(text))
  const matches: Match[] = []
  const headings: string[] = []
  let parents: { readonly indent: number; readonly label: Label | undefined }[] = []
  let table: Line[] = []
  /** The last line of text above. */
  let lead = ''
  /** Whether the last heading or line above a list is about the past. */
  let isOld = false
  const aged = (own: readonly Match[]) => (isOld ? extend(own, { isPast: true }) : own)
  const endTable = () => {
    if (table.length > 1) matches.push(...aged(aboutDebuggers.test(lead) ? [] : readTable(table)))
    table = []
  }
  for (const [index, block] of blocks.entries()) {
    if (block.kind === 'row') table.push(block)
    if (block.kind === 'row' || (table.length > 0 && rule.test(block.text))) continue
    endTable()
    if (block.kind === 'code') matches.push(...aged(await readCode(block, path, lead, headings.at(-1))))
    else if (block.kind === 'heading') {
      headings.push(block.text)
      lead = block.text
      isOld = old.test(block.text)
      parents = []
    } else {
      const term = termOf(block, blocks[index - 1], path)
      const isItem = block.kind === 'item' || term !== ''
      if (isItem || block.text !== '') parents = parents.filter(({ indent }) => indent < block.indent)
      const isAboutPorts = headings.some((heading) => /\bports?\b/i.test(heading))
      const around = { isAboutPorts, parent: parents.at(-1)?.label, isItem }
      const { matches: own, label } = readStatement(term + block.text, around)
      if (isItem) parents.push({ indent: block.indent, label })
      if (block.text !== '') lead = block.text
      if (!isItem && block.text !== '') isOld = old.test(block.text)
      matches.push(...aged(shift(own, block.start - term.length)))
    }
  }
  endTable()
  const comments = path.endsWith('.rst')
    ? [...text.matchAll(remark)].map(({ 0: whole, index }): [number, number] => [index, index + whole.length])
    : findComments(text, /\.(?:adoc|asciidoc|asc)$/.test(path) ? asciiDoc : markdown)
  const isPast = superseded.test(text.slice(0, text.search(/^##\s/m)))
  return amend(matches, ({ start }) => ({
    ...(isInside(comments, start) && { isComment: true }),
    ...(isPast && { isPast }),
  }))
}

const asciiDoc: Comments = { block: [['////', '////']], lineStart: ['//'] }
const markdown: Comments = {
  block: [
    ['<!--', '-->'],
    ['{/*', '*/}'],
  ],
  lineStart: ['[//]:', '[comment]:'],
}

/** A comment of reStructuredText, with its further lines: `.. ` and no directive, target, footnote or substitution. */
const remark =
  /^([ \t]*)\.\.(?:[ \t]+(?![\w.+-]+(?::[\w.+-]+)*::|_|\[|\|)[^\n]*)?(?:\n\1[ \t]+[^\n]*|\n[ \t]*(?=\n\1[ \t]+\S))*/gm

/** A line between the rows of a table. */
const rule = /^[ \t]*\+(?:[-=]+\+)+$/

/** Returns the term that a line defines, as a label in front of the line; empty for another line. */
function termOf(block: Line, before: Line | Code | undefined, path: string): string {
  if (block.kind !== 'text' || before?.kind !== 'text' || parseLabel(before.text) === undefined) return ''
  // Markdown's `: http://localhost:3001` below a term, and what reStructuredText indents.
  if (/^:[ \t]/.test(block.text)) return before.text
  return path.endsWith('.rst') && block.indent > before.indent ? `${before.text}: ` : ''
}

/** What an outdated document says before its first section. */
const superseded =
  /\b(?:superseded|historical reference|obsolete|(?:is|are) (?:now )?(?:outdated|deprecated|archived))\b/i

/** The title of a list of what was before: "Before (old ports)". */
const old =
  /^[\W_]*(?:(?:before|previously|formerly)(?=[^\w(]*(?:\(|$))|(?:old|previous) (?:ports?|numbers?|values?|architecture|configuration|setup|stack)\b)[^.]*$/i

/** The title of a list of ports that no service has. */
const aboutDebuggers = /\bdebug\w*\s+ports?\b/i

/** A code block in a document is a sample: a program that listens in it does not belong to the repository. */
async function readCode(block: Code, path: string, lead: string, heading = ''): Promise<Match[]> {
  if (!/\d\d/.test(block.text)) return []
  if (/^(?:mermaid|plantuml)$/i.test(block.language)) return readDiagram(block)
  const dialect = findLanguage(block.language) ?? findLanguage('env')
  if (!dialect) return []
  // `$ docker run …` after the prompt of a shell.
  const unprompted = { ...block, text: block.text.replace(/^([ \t]*)[$%>](?=[ \t])/gm, '$1 ') }
  // A syntax error in a sample is no fault of the file.
  const found = merge(
    isPlainText.test(block.language) ? readLines(block) : [],
    /^ya?ml$/i.test(block.language) ? readPairs(block) : [],
    await readEmbedded(dialect, unprompted, path, () => undefined),
  )
  // A line that ends with `\` goes on in the next one.
  const joined = block.text.replace(/\\\r?\n/g, ({ length }) => ' '.repeat(length))
  return amend(found, (match) => {
    if (dialect.kind === 'code' && match.role === 'listen') return { role: 'mention' }
    if (isChange(match, block, lead, heading)) return { isExample: true }
    return isOverride(match, { ...block, text: joined }) ? { isOneRun: true } : {}
  })
}

/** How far above a setting a comment is about it, in code units. */
const commentReach = 1000

/** A number after "# or on a different port", in the block or above it, or before such a comment on its line. */
function isChange(match: Match, block: Code, lead: string, heading: string): boolean {
  const [, tail] = lineAround(match, block)
  const comment = /(?:^|\s)#(.*)/.exec(tail)?.[1] ?? ''
  return [comment, ...textsAbove(match, block, lead, heading)].some((text) => example.test(text))
}

/** Returns what is written above a command; for a setting, what is about all settings of its paragraph. */
function textsAbove({ start, role }: Match, { text, start: from }: Code, lead: string, heading: string): string[] {
  if (!/^(?:value|flag|publish)$/.test(role)) return []
  const at = start - from
  const [, ...above] = text
    .slice(Math.max(0, at - commentReach), at)
    .split('\n')
    .toReversed()
  if (role !== 'value') return [above[0] ?? lead]
  const blank = above.findIndex((line) => line.trim() === '')
  const paragraph = blank < 0 ? above : above.slice(0, blank)
  return [heading, lead, ...paragraph.filter((line) => /^\s*#/.test(line))]
}

/** Returns the parts of its line before and after a number. */
function lineAround({ start, end }: Match, { text, start: from }: Code): readonly [head: string, tail: string] {
  const newline = text.indexOf('\n', end - from)
  return [
    text.slice(text.lastIndexOf('\n', start - from - 1) + 1, start - from),
    text.slice(end - from, newline < 0 ? text.length : newline),
  ]
}

const isPlainText = /^(?:|te?xt|plaintext)$/i

/** `grafana   http://localhost:3010`, a line each */
function readLines({ text, start }: Code): Match[] {
  return [...text.matchAll(/^.*:\d{2,5}.*$/gm)].flatMap(({ 0: line, index }) =>
    readPrinted(line.trim(), start + index + line.length - line.trimStart().length).filter(
      ({ role }) => role === 'label',
    ),
  )
}

/** Words of settings with a time, a size or a number of things. */
const quantity =
  /^(?:max|min|ms|age|time|timeout|interval|delay|period|ttl|seconds|size|bytes|length|width|height|depth|limit|count|rate|buffer|capacity|connections|retention|tokens|budget)$/

/** `core: 3001  # routes messages`, a line each */
function readPairs({ text, start: from }: Code): Match[] {
  return [...text.matchAll(/^[ \t-]*([a-z][\w-]{1,60}):[ \t]+(\d{4,5})[ \t]*(?:#.*)?$/dgim)].flatMap((found) => {
    const port = parsePort(found[2]!)
    const label = parseLabel(found[1]!)
    const [start, end] = found.indices![2]!
    return port === undefined ||
      label === undefined ||
      isPortName(found[1]!) ||
      wordsOf(found[1]!).some((word) => quantity.test(word))
      ? []
      : [{ port, start: from + start, end: from + end, role: 'label', side: 'host', evidence: evidenceOf(label) }]
  })
}

/** `CORE_PORT=4001 pnpm dev`, `set CORE_PORT=4001 && pnpm dev`; `export PORT=4001` says how to choose a program's port. */
function isOverride(match: Match, block: Code): boolean {
  if (match.role !== 'value' && match.role !== 'reach') return false
  const [head, tail] = lineAround(match, block)
  if (/^[\s$>]*export[ \t]+PORT=["']?$/.test(head)) return true
  return (
    /^\S*?["']?(?:[ \t]+|[ \t]*(?:;|&&)[ \t]*)(?:[A-Z_\d]+=\S*[ \t]+)*[a-z./]/.test(tail) &&
    /^[\s$>]*(?:(?:env|(?:npx )?cross-env|export|set)\s+|\$env:)?(?:[A-Z_\d]+=\S*\s+)*[A-Z_\d]+\s*=\s*\S*$/.test(head)
  )
}
