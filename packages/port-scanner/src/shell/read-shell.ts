import { merge } from '../sight.js'
import { type Clue, type Reader, type Sighting, shift, withClues } from '../sighting.js'
import { type Span, commentClues, withComments } from '../text/comment.js'
import { linesOf } from '../text/lines.js'
import { readText } from '../text/text.js'
import { readCommands, readWords } from './commands.js'
import { parseShell } from './parse-shell.js'
import { withSubjects } from './subject.js'
import { readArray } from './values.js'
import { wordsOf } from './word.js'

/**
 * The ports in a shell script, or in a single command: sh, bash, zsh and fish by their words, PowerShell and batch
 * files line by line.
 */
export const readShell: Reader = (text, path) => {
  if (/\.(?:ps1|psm1|psd1)$/i.test(path)) return readLines(text, /^\s*(?:#|<#)/)
  if (/\.(?:bat|cmd)$/i.test(path)) return readLines(text, /^\s*(?:@?rem\b|::)/i)
  return /(?:^|\/)procfile(?:\.\w+)?$/i.test(path) ? readProcfile(text) : readScript(text)
}

/** `web: node server.js --port 3000`: what runs, and the command for it. */
function readProcfile(text: string): Sighting[] {
  return [...linesOf(text)].flatMap(({ start, text: line }) => {
    const name = /^([\w-]+):/.exec(line)?.[1]
    const from = name === undefined ? 0 : name.length + 1
    const clues: Clue[] = name === undefined ? [] : [{ kind: 'name', text: name }]
    return shift(withClues(readScript(line.slice(from)), clues), start + from)
  })
}

/** A language with a line comment and commands that look like a shell's. */
function readLines(text: string, comment: RegExp): Sighting[] {
  const found: Sighting[][] = []
  let above: Clue[] = []
  for (const { start, text: line } of linesOf(text)) {
    if (comment.test(line)) {
      found.push(shift(readText(line, { style: 'prose' }), start))
      above = commentClues(line.replace(comment, ''))
    } else {
      const { commands } = parseShell(line)
      const sightings = merge(
        commands.flatMap((command) => readWords(wordsOf(line, command), line)),
        readText(line, { style: 'code' }),
      )
      found.push(shift(withClues(sightings, above), start))
      above = []
    }
  }
  return merge(found.flat())
}

function readScript(text: string): Sighting[] {
  const script = parseShell(text)
  const { comments, heredocs } = script
  const inComments = comments.map(({ start, end }) =>
    shift(readText(text.slice(start, end), { style: 'prose' }), start),
  )
  const inHeredocs = heredocs.map(({ start, end }) => shift(readText(text.slice(start, end), { style: 'code' }), start))
  const inCode = betweenSpans(text, [...comments, ...heredocs]).map(({ start, end }) =>
    shift(readText(text.slice(start, end), { style: 'code' }), start),
  )
  const inWords = [...readCommands(text, script), ...script.arrays.flatMap((array) => readArray(text, array))]
  const code = merge(inWords, inCode.flat())
  return merge(withComments(text, withSubjects(text, script, code), comments), inComments.flat(), inHeredocs.flat())
}

/** The parts of a text outside the spans. */
function betweenSpans(text: string, spans: readonly Span[]): Span[] {
  const between: Span[] = []
  let start = 0
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    if (span.start > start) between.push({ start, end: span.start })
    start = Math.max(start, span.end)
  }
  if (start < text.length) between.push({ start, end: text.length })
  return between
}
