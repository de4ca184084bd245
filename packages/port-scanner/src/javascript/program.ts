import type { Program } from '@oxc-project/types'
import { contextOf } from './context.js'
import { nameOf, pathOf } from './names.js'
import { childAt, endOf, lastUpTo, startOf, type Comment, type Node } from './node.js'
import { isVariableName, type Place } from './place.js'
import { readString, readTemplate } from './strings.js'
import { placeOf } from './surroundings.js'
import { merge, sight } from '../sight.js'
import { parsePortText, shift, type Clue, type Sighting } from '../sighting.js'
import { readText } from '../text/text.js'
import { isPortName } from '../words.js'

/** Digits that may be a port, not a part of a word or of another number; programs are full of single ones. */
const candidates = /(?<![\w.#$%])[1-9][\d_]+(?![\w%]|\.\d)/g

/** Below this a number needs a plainer name than one that only has to do with ports. */
const leastLikely = 80

/** How many names on the way to a value are told, and how many clues at most. */
const maxNames = 4
const maxClues = 16

/**
 * The ports in a program that is parsed already, in the order of the text.
 *
 * @param program - an ESTree program, with TypeScript's nodes where it has any: oxc's, or ESLint's
 * @param comments - its comments, in the order of the text
 */
export function readProgram(program: Program, comments: readonly Comment[], text: string): Sighting[] {
  const found = new Map<number, Sighting>()
  const path: Node[] = [program]
  const templates = new Set<Node>()
  /** Up to where the text is read: behind the last string or comment. */
  let end = 0
  for (const { index, 0: digits } of text.matchAll(candidates)) {
    if (index < end) continue
    const comment = lastUpTo(comments, index)
    if (comment && index < endOf(comment)) {
      end = endOf(comment)
      const sightings = shift(readComment(text.slice(startOf(comment), end)), startOf(comment))
      for (const sighting of sightings) found.set(sighting.start, sighting)
      continue
    }
    descend(path, index)
    const leaf = path.at(-1)!
    end = isLeaf(leaf) ? endOf(leaf) : index + digits.length
    const sightings = readLeaf(path, text, digits, templates)
    if (sightings.length === 0) continue
    const context = contextOf(path, comments, text)
    for (const sighting of sightings) {
      if (!found.has(sighting.start))
        found.set(sighting.start, { ...sighting, clues: distinct([...sighting.clues, ...context]) })
    }
  }
  return [...found.values()].toSorted((one, other) => one.start - other.start)
}

/** The ports in the words of a comment, and in a call that it makes of no effect: `// app.listen(3000)`. */
function readComment(comment: string): Sighting[] {
  const calls = [...comment.matchAll(/\blisten\(\s?(?=(\d{2,5})\b)/g)].flatMap(({ index, 0: call, 1: digits }) =>
    sight(comment, index + call.length, index + call.length + digits!.length, 'listen'),
  )
  return merge(readText(comment, { style: 'prose' }), calls)
}

/** Changes a path from the program to one place of the text into the path to a later place. */
function descend(path: Node[], offset: number): void {
  while (path.length > 1 && (offset < startOf(path.at(-1)!) || offset >= endOf(path.at(-1)!))) path.pop()
  for (let node = path.at(-1); node && !isLeaf(node);) {
    node = childAt(node, offset)
    if (node) path.push(node)
  }
}

function isLeaf({ type }: Node): boolean {
  return type === 'Literal' || type === 'TemplateElement' || type === 'JSXText'
}

function readLeaf(path: readonly Node[], text: string, digits: string, templates: Set<Node>): Sighting[] {
  const leaf = path.at(-1)!
  const parent = path.at(-2)
  if (leaf.type === 'JSXText') {
    return shift(readText(text.slice(startOf(leaf), endOf(leaf)), { style: 'prose' }), startOf(leaf))
  }
  if (leaf.type === 'TemplateElement' && parent?.type === 'TemplateLiteral') {
    if (templates.has(parent) || isNoText(path.at(-3))) return []
    templates.add(parent)
    const place = placeOf(path.slice(0, -1))
    return readTemplate(parent, text, place).map((sighting) => withPlace(sighting, place))
  }
  if (leaf.type !== 'Literal') return []
  if (typeof leaf.value === 'string') {
    if (isNoText(parent)) return []
    const place = placeOf(path)
    // `{ CORE_PORT: '3001' }` is what an environment looks like.
    if (place.role === 'listen' && place.isKeyed && isVariableName(place.names[0] ?? '')) place.role = 'env value'
    const least = leastOf(place)
    return readString(leaf, text, place)
      .filter(({ port }) => port >= least || leaf.value !== String(port))
      .map((sighting) =>
        withPlace(sighting, { ...place, clues: place.clues.filter((clue) => clue.text !== leaf.value) }),
      )
  }
  const port =
    typeof leaf.value === 'number' && endOf(leaf) - startOf(leaf) === digits.length ? parsePortText(digits) : undefined
  if (port === undefined) return []
  const place = placeOf(path)
  if (place.role === undefined || port < leastOf(place)) return []
  const sighting: Sighting = {
    start: startOf(leaf),
    end: endOf(leaf),
    port,
    role: place.role,
    side: place.isContainer ? 'container' : 'host',
    clues: [],
  }
  return [withPlace(place.isRemote ? { ...sighting, isRemote: true } : sighting, place)]
}

function leastOf({ names, variables }: Place): number {
  if (/range$/i.test(names[0] ?? '')) return 1024
  return isPortName(names[0] ?? '') || variables.some((name) => isPortName(name)) ? 1 : leastLikely
}

/** A string or template that is not said to anybody: a module, a class's or a shape's name, a style, a query. */
function isNoText(parent: Node | undefined): boolean {
  switch (parent?.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
    case 'TSExternalModuleReference':
      return true
    case 'JSXAttribute':
      return /^(?:class|className|style|d|viewBox|points|key|id)$/.test(nameOf(parent.name) ?? '')
    case 'CallExpression':
      return nameOf(parent.callee) === 'require'
    case 'TaggedTemplateExpression':
      return (pathOf(parent.tag) ?? []).some((name) =>
        /^(?:css|styled|keyframes|createGlobalStyle|gql|graphql|glsl)$/.test(name),
      )
    default:
      return false
  }
}

/** A sighting with what its place says behind what it says itself. */
function withPlace(sighting: Sighting, { names, variables, clues }: Place): Sighting {
  const name = names.slice(0, maxNames).toReversed().join('.')
  const own = names[0] ?? ''
  const said: Clue[] = [
    ...variables.map((text) => ({ kind: 'variable', text }) as const),
    ...(isVariableName(own) && own !== name ? [{ kind: 'variable', text: own } as const] : []),
    ...(name === '' ? [] : [{ kind: 'variable', text: name } as const]),
    ...clues,
  ]
  return { ...sighting, clues: [...sighting.clues, ...said] }
}

function distinct(clues: readonly Clue[]): Clue[] {
  const seen = new Map(clues.map((clue) => [`${clue.kind} ${clue.text}`, clue]))
  return [...seen.values()].slice(0, maxClues)
}
