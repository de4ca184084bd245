import type { Span } from '../text/comment.js'

/** A simple command, as far as its words and what they stand in matter. */
export interface Command extends Span {
  readonly words: readonly Span[]
  /** How many substitutions and subshells it stands in. */
  readonly depth: number
}

/** The elements of `NAME=(a b c)`. */
export interface ArrayLiteral extends Command {
  readonly name: string
}

export interface Script {
  readonly commands: readonly Command[]
  readonly arrays: readonly ArrayLiteral[]
  /** From the `#` to the end of the line. */
  readonly comments: readonly Span[]
  /** The lines between `<<EOF` and `EOF`. */
  readonly heredocs: readonly Span[]
}

/** Nobody reads a command inside more substitutions than these. */
const maxDepth = 20

interface Frame {
  readonly kind: 'commands' | 'array' | 'quote' | 'parameter'
  readonly close: string
  readonly name: string
  /** The command that goes on once the frame is closed. */
  readonly outer: Draft
}

interface Draft {
  start: number
  words: Span[]
  /** Where the word begins that is being read, -1 between words. */
  wordStart: number
}

/** The commands, comments and here-documents of a shell script, in one pass; what is not closed ends with the text. */
export function parseShell(text: string): Script {
  const commands: Command[] = []
  const arrays: ArrayLiteral[] = []
  const comments: Span[] = []
  const heredocs: Span[] = []
  const frames: Frame[] = []
  let pending: { delimiter: string; isIndented: boolean }[] = []
  let draft: Draft = { start: 0, words: [], wordStart: -1 }
  let at = 0
  let isQuoteLeft = true

  const endWord = () => {
    if (draft.wordStart !== -1) draft.words.push({ start: draft.wordStart, end: at })
    draft.wordStart = -1
  }
  const depth = () => frames.length
  const endCommand = () => {
    endWord()
    const { words } = draft
    if (words.length > 0 && depth() <= maxDepth)
      commands.push({ start: words[0]!.start, end: words.at(-1)!.end, words, depth: depth() })
    draft = { start: at, words: [], wordStart: -1 }
  }
  const open = (kind: Frame['kind'], close: string, length: number, name = '') => {
    if (draft.wordStart === -1) draft.wordStart = at
    frames.push({ kind, close, name, outer: draft })
    at += length
    if (kind === 'commands' || kind === 'array') draft = { start: at, words: [], wordStart: -1 }
  }
  const close = () => {
    const frame = frames.at(-1)!
    if (frame.kind === 'array') {
      endWord()
      arrays.push({ start: draft.start, end: at, words: draft.words, depth: depth(), name: frame.name })
    } else if (frame.kind === 'commands') endCommand()
    frames.pop()
    draft = frame.outer
    at += 1
  }
  const endLine = () => {
    at += 1
    for (const { delimiter, isIndented } of pending) {
      const start = at
      let end = text.length
      while (at < text.length) {
        const feed = text.indexOf('\n', at)
        const lineEnd = feed === -1 ? text.length : feed
        const line = text.slice(at, Math.min(lineEnd, at + 200)).replace(/\r$/, '')
        const lineStart = at
        at = lineEnd + 1
        if ((isIndented ? line.replace(/^[\t ]+/, '') : line) === delimiter) {
          end = lineStart
          break
        }
      }
      at = Math.min(at, text.length)
      if (end > start) heredocs.push({ start, end })
    }
    pending = []
  }

  while (at < text.length) {
    const character = text[at]!
    const kind = frames.at(-1)?.kind ?? 'commands'
    const isClosing = frames.length > 0 && character === frames.at(-1)!.close
    if (character === '\\') {
      const length = text[at + 1] === '\r' && text[at + 2] === '\n' ? 3 : 2
      const isContinuation = /[\r\n]/.test(text[at + 1] ?? '')
      if (isContinuation && kind !== 'quote') endWord()
      else if (draft.wordStart === -1) draft.wordStart = at
      at += length
    } else if (isClosing) close()
    else if (character === '$' && text[at + 1] === '(') open('commands', ')', 2)
    else if (character === '$' && text[at + 1] === '{') open('parameter', '}', 2)
    else if (character === '`') open('commands', '`', 1)
    else if (kind === 'quote') at += 1
    else if (character === '"') open('quote', '"', 1)
    else if (character === "'" && isQuoteLeft) {
      if (draft.wordStart === -1) draft.wordStart = at
      const end = text.indexOf("'", at + 1)
      isQuoteLeft = end !== -1
      at = isQuoteLeft ? end + 1 : at + 1
    } else if (kind === 'parameter') at += 1
    else if (character === ' ' || character === '\t' || character === '\r') {
      endWord()
      at += 1
    } else if (character === '#' && draft.wordStart === -1) {
      const feed = text.indexOf('\n', at)
      const end = feed === -1 ? text.length : feed
      comments.push({ start: at, end })
      at = end
    } else if (character === '\n') {
      if (kind === 'array') endWord()
      else endCommand()
      endLine()
    } else if (character === '(') {
      const name =
        draft.wordStart === -1
          ? undefined
          : /([A-Za-z_]\w*)\+?=$/.exec(text.slice(Math.max(draft.wordStart, at - 80), at))?.[1]
      if (kind === 'array') at += 1
      else if (name === undefined) open('commands', ')', 1)
      else open('array', ')', 1, name)
    } else if (kind === 'array') {
      if (draft.wordStart === -1) draft.wordStart = at
      at += 1
    } else if (character === '<' && text[at + 1] === '<') {
      const heredoc = /^<<(-?)[ \t]*(["']?)([A-Za-z_]\w{0,60})\2/.exec(text.slice(at, at + 80))
      if (heredoc) pending.push({ delimiter: heredoc[3]!, isIndented: heredoc[1] === '-' })
      endWord()
      at += heredoc ? heredoc[0].length : 2
    } else if (
      character === ';' ||
      character === '|' ||
      (character === '&' && text[at - 1] !== '>' && text[at + 1] !== '>')
    ) {
      endCommand()
      at += 1
    } else {
      if (draft.wordStart === -1) draft.wordStart = at
      at += 1
    }
  }
  at = text.length
  while (frames.length > 0) {
    close()
    at = text.length
  }
  endCommand()
  return { commands, arrays, comments, heredocs }
}
