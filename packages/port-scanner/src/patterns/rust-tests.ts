import { findComments } from '../comments.js'

/** Returns the modules and functions behind `#[cfg(test)]` and `#[test]`, to their closing brace. */
export function findRustTests(text: string): [number, number][] {
  const found: [number, number][] = []
  const comments = findComments(text, { line: ['//'], block: [['/*', '*/']] })
  const starts = /#\[(?:cfg\(test\)|(?:\w+::)?test)[^\n]*\]/g
  for (let match = starts.exec(text); match; match = starts.exec(text)) {
    const end = endOfBlock(text, match.index, comments)
    found.push([match.index, end])
    starts.lastIndex = end
  }
  return found
}

function endOfBlock(text: string, from: number, comments: readonly (readonly [number, number])[]): number {
  const skipped = new Map(comments)
  let depth = 0
  const signs = /[{};]|"(?:[^"\\]|\\[^])*"|\/[/*]/g
  signs.lastIndex = from
  for (let match = signs.exec(text); match; match = signs.exec(text)) {
    const comment = skipped.get(match.index)
    if (comment !== undefined) signs.lastIndex = comment
    else if (match[0] === '{') depth++
    else if (match[0] === '}') depth--
    if (depth <= 0 && (match[0] === '}' || match[0] === ';')) return signs.lastIndex
  }
  return text.length
}
