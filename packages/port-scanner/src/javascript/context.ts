import { commentClues } from '../text/comment.js'
import { nameOf, stringOf } from './names.js'
import { endOf, lastUpTo, startOf, type Comment, type Node } from './node.js'
import type { Clue } from '../sighting.js'

/** How far from a value a comment is looked for, how many nodes around it, and how much of a title is told. */
const reach = 300
const maxSteps = 200
const maxLength = 160

/** The words about a value further off: a comment on its line or above, the function and the tests that it is in. */
export function contextOf(path: readonly Node[], comments: readonly Comment[], text: string): Clue[] {
  const titles = titlesOf(path).map((title) => ({ kind: 'context', text: title }) as const)
  return [...commentsAt(path.at(-1)!, comments, text).flatMap(({ value }) => commentClues(value)), ...titles]
}

function commentsAt(node: Node, comments: readonly Comment[], text: string): Comment[] {
  const end = endOf(node)
  const start = startOf(node)
  const behind = text.slice(end, end + reach)
  const lineEnd = end + (behind.includes('\n') ? behind.indexOf('\n') : behind.length)
  const before = text.slice(Math.max(0, start - reach), start)
  const lineStart = start - before.length + before.lastIndexOf('\n') + 1
  const found: Comment[] = []
  const onLine = lastUpTo(comments, lineEnd)
  if (onLine && startOf(onLine) >= end) found.push(onLine)
  const above = lastUpTo(comments, lineStart - 1)
  if (
    above &&
    /^\s*$/.test(text.slice(endOf(above), Math.min(lineStart, endOf(above) + reach))) &&
    lineStart - endOf(above) <= 2
  ) {
    found.push(above)
  }
  return found
}

/** The names of the functions and classes around a value, and the titles of its tests; the nearest first. */
function titlesOf(path: readonly Node[]): string[] {
  const titles: string[] = []
  for (let at = path.length - 2; at > Math.max(0, path.length - maxSteps) && titles.length < 3; at--) {
    const title = titleOf(path[at]!, path[at - 1]!)
    if (title !== undefined) titles.push(title.slice(0, maxLength))
  }
  return titles
}

function titleOf(node: Node, parent: Node): string | undefined {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return node.id?.name
    case 'MethodDefinition':
      return nameOf(node.key)
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return parent.type === 'VariableDeclarator' ? nameOf(parent.id) : undefined
    case 'CallExpression':
      return /^(?:describe|it|test|suite|context|scenario)$/.test(calledBy(node.callee))
        ? stringOf(node.arguments[0])
        : undefined
    default:
      return undefined
  }
}

/** The name that a call begins with: `describe`, of `describe.only(…)`. */
function calledBy(callee: Node): string {
  return (callee.type === 'MemberExpression' ? nameOf(callee.object) : nameOf(callee)) ?? ''
}
