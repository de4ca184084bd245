import { Composer, Lexer, Parser, type Document } from 'yaml'

/** A comment, from its `#` on. */
export interface Comment {
  readonly start: number
  readonly raw: string
}

/** What a YAML text holds, as far as it could be parsed. */
export interface Syntax {
  readonly documents: readonly Document.Parsed[]
  /** In the order of the text. */
  readonly comments: readonly Comment[]
  /** Where the first error is; undefined where there is none. */
  readonly errorAt?: number
}

/**
 * Parses YAML with positions. Aliases stay aliases, scalars stay text, and a template's own marks
 * (`{{ … }}`, `{% … %}`, `<% … %>`) do not count as syntax.
 */
export function parseYaml(text: string): Syntax {
  const { stackTraceLimit } = Error
  try {
    // Broken text has an error at every other character, and their stacks would cost more than all else.
    Error.stackTraceLimit = 0
    return parse(text)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

function parse(text: string): Syntax {
  const documents: Document.Parsed[] = []
  const comments: Comment[] = []
  const lexer = new Lexer()
  const parser = new Parser()
  // The text of scalars is taken as it is: no tag is resolved, so that `3000:3000` is no number in base 60.
  const composer = new Composer({
    schema: 'failsafe',
    uniqueKeys: false,
    strict: false,
    logLevel: 'silent',
    prettyErrors: false,
  })
  let isScalar = false
  for (const lexeme of lexer.lex(maskTemplates(text))) {
    if (lexeme.startsWith('#') && !isScalar) comments.push({ start: parser.offset, raw: lexeme })
    isScalar = lexeme === scalarMark
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token))
    if (parser.stack.length > maxDepth) return { documents, comments, errorAt: documents.at(-1)?.range[2] ?? 0 }
  }
  for (const token of parser.end()) documents.push(...composer.next(token))
  documents.push(...composer.end())
  const errorAt = documents.reduce((first, { errors }) => Math.min(first, errors[0]?.pos[0] ?? Infinity), Infinity)
  return { documents, comments, ...(errorAt < Infinity && { errorAt }) }
}

/**
 * Deeper than any file that people write. The composer recurses, and V8 ends the process where a regular
 * expression is compiled near the end of the stack, so it may not come near.
 */
const maxDepth = 256

/** What the lexer puts before a plain or block scalar. */
const scalarMark = '\x1f'

/** At most so much stands between the marks of a template, or before them on their line. */
const templateReach = 1000

/** What stands for a template's code units: a letter that nobody writes. */
export const templateMark = '\uE000'

/** The same text, as long as it was, with a template's marks and what they hold replaced. */
function maskTemplates(text: string): string {
  if (!/\{\{|\{%|<%/.test(text)) return text
  const closings: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}', '<%': '%>' }
  let masked = ''
  let done = 0
  for (const { index, 0: opening } of text.matchAll(/\{\{|\{%|<%/g)) {
    if (index < done) continue
    const near = text.slice(index + 2, index + templateReach)
    const closing = near.indexOf(closings[opening]!)
    if (closing < 0) continue
    const end = index + 2 + closing + 2
    const isAlone = lineBefore(text, index).trim() === '' && lineBehind(text, end).trim() === ''
    masked += text.slice(done, index) + text.slice(index, end).replace(/[^\r\n]/g, isAlone ? ' ' : templateMark)
    done = end
  }
  return masked + text.slice(done)
}

function lineBefore(text: string, end: number): string {
  const near = text.slice(Math.max(0, end - templateReach), end)
  return near.slice(near.lastIndexOf('\n') + 1)
}

function lineBehind(text: string, start: number): string {
  const near = text.slice(start, start + templateReach)
  const end = near.indexOf('\n')
  return end < 0 ? near : near.slice(0, end)
}
