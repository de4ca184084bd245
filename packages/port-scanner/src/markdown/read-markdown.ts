import { splitBlocks, type Block } from './blocks.js'
import { readDiagram } from './diagram.js'
import { readInline } from './inline.js'
import type { Line } from '../text/lines.js'
import { headOf } from './label.js'
import type { Scene } from './numbers.js'
import { isAboutPast, isFileOfPast } from './past.js'
import { readProse } from './prose.js'
import { readTableCells } from './table.js'
import { hasNumber, isTelling, speaksOfPorts, trimGlue } from './words.js'
import { shift, withClues, type Clue, type Reader, type Sighting } from '../sighting.js'

/** Languages of code blocks that are read as drawings and output rather than as code. */
const drawings = new Set([
  '',
  'text',
  'txt',
  'plaintext',
  'plain',
  'ascii',
  'diagram',
  'mermaid',
  'none',
  'log',
  'logs',
  'output',
  'tree',
  'plantuml',
  'puml',
  'dot',
  'd2',
  'diff',
  'markdown',
  'md',
])

/**
 * The reader of documents: Markdown, MDX, reStructuredText, AsciiDoc and plain text.
 *
 * @param readBlock - reads a block of code in the language that its fence names
 */
export function createMarkdownReader(readBlock: (language: string, text: string) => Sighting[]): Reader {
  return (text, path) => {
    const place = new Place(path)
    const found: Sighting[] = []
    for (const block of splitBlocks(text, path)) {
      for (const sighting of readPart(block, text, place, readBlock)) found.push(sighting)
      place.pass(block)
    }
    return found
  }
}

function readPart(
  block: Block,
  text: string,
  place: Place,
  readBlock: (language: string, text: string) => Sighting[],
): Sighting[] {
  if (block.kind === 'blank' || ('line' in block && !hasNumber(block.line.text))) return []
  if (block.kind === 'table') return withClues(readTableCells(block, place.scene()), place.contexts())
  if (block.kind !== 'code') return place.nameNameless(readProse(block.line, place.scene(block)), block)
  const code = text.slice(block.start, block.end)
  if (!hasNumber(code)) return []
  const scene = place.scene()
  const found = drawings.has(block.language)
    ? readDiagram(code, block.start, scene)
    : shift(readBlock(block.language, code), block.start)
  return withClues(scene.isPast ? found.map((sighting) => ({ ...sighting, isPast: true })) : found, place.contexts())
}

/** Where in a document a block stands: below which headings, in which list, behind which words. */
class Place {
  readonly #isPast: boolean
  readonly #isAboutPorts: boolean
  readonly #headings: Heading[] = []
  readonly #items: Item[] = []
  /** The last line of words since the heading, and whether nothing has come since. */
  #lead = new Words()
  #isLeadNear = false

  constructor(path: string) {
    this.#isPast = isFileOfPast(path)
    this.#isAboutPorts = speaksOfPorts((path.split(/[/\\]/).at(-1) ?? '').replace(/[-_.]/g, ' '))
  }

  /** What is known of a block before its words are read. */
  scene(block?: Block): Scene {
    const around = [...this.#headings, ...this.#parents(block)].map(({ words }) => words)
    const isBehindPast =
      block === undefined && /^\W*(?:before|previously|old|formerly)\b[^.]{0,40}:?\W*$/i.test(this.#lead.text)
    return {
      isAboutPorts: this.#isAboutPorts || around.some(({ isAboutPorts }) => isAboutPorts) || this.#lead.isAboutPorts,
      isPast: this.#isPast || isBehindPast || around.some(({ isPast }) => isPast),
    }
  }

  /** The words around a block, the nearest first. */
  contexts(block?: Block): Clue[] {
    const texts = [
      ...this.#parents(block),
      ...(block?.kind === 'heading' || (block?.kind === 'text' && !this.#isLeadLabel()) ? [] : [{ words: this.#lead }]),
      ...this.#headings.filter(({ level }) => block?.kind !== 'heading' || level < block.level).toReversed(),
    ]
    const telling = texts.map(({ words }) => trimGlue(words.text).slice(0, 120)).filter(isTelling)
    return [...new Set(telling)].slice(0, 4).map((text) => ({ kind: 'context', text }))
  }

  /** The same sightings with the words around; a line that names nothing takes the name of what it belongs to. */
  nameNameless(sightings: readonly Sighting[], block: Block): Sighting[] {
    if (sightings.length === 0) return []
    const parent =
      this.#parents(block)[0]?.words.text ?? (block.kind === 'text' && this.#isLeadLabel() ? this.#lead.text : '')
    const name = headOf(parent, parent.length) || trimGlue(parent).slice(0, 60)
    const label: Clue[] = isTelling(parent) ? [{ kind: 'label', text: name }] : []
    const contexts = this.contexts(block)
    return sightings.map((sighting) => {
      const isNamed = sighting.clues.some(({ kind }) => kind !== 'context')
      return { ...sighting, clues: [...(isNamed ? [] : label), ...sighting.clues, ...contexts] }
    })
  }

  /** Goes on behind a block. */
  pass(block: Block): void {
    if (block.kind === 'blank') {
      this.#isLeadNear = false
    } else if (block.kind === 'heading') {
      while ((this.#headings.at(-1)?.level ?? 0) >= block.level) this.#headings.pop()
      this.#headings.push({ level: block.level, words: new Words(block.line) })
      this.#items.length = 0
      this.#lead = new Words()
    } else if (block.kind === 'item') {
      while ((this.#items.at(-1)?.indent ?? -1) >= block.indent) this.#items.pop()
      if (this.#items.length < 8) this.#items.push({ indent: block.indent, words: new Words(block.line) })
    } else if (block.kind === 'text') {
      while ((this.#items.at(-1)?.indent ?? -1) >= block.indent) this.#items.pop()
      this.#lead = new Words(block.line)
      this.#isLeadNear = true
    }
  }

  /** Whether the line before is one that names what the next says more of. */
  #isLeadLabel(): boolean {
    return this.#isLeadNear && !hasNumber(this.#lead.text)
  }

  /** The items above one in its list, the nearest first; for a block of another kind the items that it may belong to. */
  #parents(block?: Block): readonly Item[] {
    if (block === undefined) return this.#items.toReversed()
    return block.kind === 'item' || block.kind === 'text'
      ? this.#items.filter(({ indent }) => indent < block.indent).toReversed()
      : []
  }
}

interface Heading {
  readonly level: number
  readonly words: Words
}

interface Item {
  readonly indent: number
  readonly words: Words
}

/** A line's words, found when they are asked for: most never are. */
class Words {
  readonly #line: Line | undefined
  #text: string | undefined
  #isAboutPorts: boolean | undefined
  #isPast: boolean | undefined

  constructor(line?: Line) {
    this.#line = line
  }

  get text(): string {
    return (this.#text ??= this.#line ? readInline(this.#line.text.slice(0, 300), 0).text.trim() : '')
  }

  get isAboutPorts(): boolean {
    return (this.#isAboutPorts ??= speaksOfPorts(this.text))
  }

  get isPast(): boolean {
    return (this.#isPast ??= isAboutPast(this.text))
  }
}
