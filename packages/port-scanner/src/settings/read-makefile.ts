import { commentClues } from '../text/comment.js'
import { linesOf } from '../text/lines.js'
import { readShell } from '../shell/read-shell.js'
import { merge } from '../sight.js'
import { shift, withClues, type Clue, type Reader, type Sighting } from '../sighting.js'
import { readText } from '../text/text.js'

/** The ports in a Makefile or a justfile: its variables, and its recipes as shell scripts under their targets' names. */
export const readMakefile: Reader = (text, path) => {
  const found: Sighting[][] = []
  let recipe = { start: 0, text: '' }
  let target: Clue[] = []
  let above: Clue[] = []
  const endRecipe = () => {
    if (recipe.text) found.push(shift(withClues(readShell(recipe.text, path), target), recipe.start))
    recipe = { start: 0, text: '' }
  }
  for (const { start, text: line } of linesOf(text)) {
    if (/^[ \t]/.test(line)) {
      // The raw text, so that places hold; what tells make how to run a line is none of the shell's.
      const raw = text.slice(start, start + line.length + lineEnd(text, start + line.length))
      if (!recipe.text) recipe.start = start
      const isContinued = /\\\r?\n$/.test(recipe.text.slice(-3))
      recipe.text += isContinued
        ? raw
        : raw.replace(/^[ \t]{1,200}[@+-]{1,3}/, (marks) => marks.replaceAll(/[@+-]/g, ' '))
    } else {
      endRecipe()
      found.push(shift(withClues(readLine(line), above), start))
      const named = /^([\w./%-]{1,100})(?:[ \t][^:=]{0,200})?::?(?!=)/.exec(line)?.[1]
      target = named === undefined || named.startsWith('.') ? [] : [{ kind: 'context', text: named }]
      above = line.startsWith('#') ? commentClues(line) : []
    }
  }
  endRecipe()
  return merge(found.flat())
}

const lineEnd = (text: string, at: number): number => (text.startsWith('\r\n', at) ? 2 : text[at] === '\n' ? 1 : 0)

/** A line outside recipes: a variable, a target, a comment. */
function readLine(line: string): Sighting[] {
  const comment = line.startsWith('#') ? 0 : line.search(/\s#/)
  if (comment === -1) return readText(line, { style: 'code' })
  const code = line.slice(0, comment)
  const said = line.slice(comment)
  return merge(
    withClues(readText(code, { style: 'code' }), commentClues(said)),
    shift(readText(said, { style: 'prose' }), comment),
  )
}
