import { linesOf } from '../text/lines.js'
import { isWritten, readProse } from './prose.js'
import type { Scene } from './numbers.js'
import { hasNumber, isTelling, trimGlue } from './words.js'
import { merge } from '../sight.js'
import { shift, type Sighting } from '../sighting.js'
import { readText } from '../text/text.js'

/** A box of a diagram, or what stands between two arrows. */
interface Box {
  readonly start: number
  readonly text: string
}

/** How many lines above a number in a box its name may stand. */
const maxAbove = 4

/**
 * The ports in a block of code whose language is not known: drawings of boxes and arrows, output, commands.
 *
 * @param start - where the block begins in the file
 */
export function readDiagram(text: string, start: number, scene: Scene): Sighting[] {
  /** The last lines, each divided when it is asked for. */
  const above: string[] = []
  const found: Sighting[] = []
  // A drawing's `\\n` is a space within a label.
  for (const line of linesOf(text.replaceAll('\\n', '  '))) {
    const boxes = hasNumber(line.text) ? splitBoxes(line.text) : []
    for (const [index, box] of boxes.entries()) {
      if (!hasNumber(box.text)) continue
      const offset = start + line.start + box.start
      const sightings = merge(
        readProse({ start: offset, text: box.text }, scene),
        boxes.length === 1
          ? shift(
              readText(box.text, { style: 'code' }).filter((sighting) => isWritten(box.text, sighting)),
              offset,
            )
          : [],
      )
      const name = boxes.length > 1 ? nameFor(box, boxes.slice(0, index), above, line.text) : undefined
      for (const sighting of sightings) {
        const hasLabel = sighting.clues.some(({ kind }) => kind !== 'context')
        found.push(
          name === undefined || hasLabel
            ? sighting
            : { ...sighting, clues: [{ kind: 'label', text: name }, ...sighting.clues] },
        )
      }
    }
    above.push(line.text)
    if (above.length > maxAbove) above.shift()
  }
  return found
}

/** What is written above a number in a drawn box; in columns without walls, what begins their row. */
function nameFor(box: Box, before: readonly Box[], above: readonly string[], line: string): string | undefined {
  if (/[|│║┃]/.test(line)) return nameAbove(above, box) ?? nameOf(before.at(-1))
  return before.map(nameOf).find((name) => name !== undefined) ?? nameAbove(above, box)
}

/** The parts of a line between the walls of boxes, or wide gaps; one where there are none. */
function splitBoxes(line: string): Box[] {
  const boxes: Box[] = []
  let start = 0
  for (const { 0: stroke, index } of line.matchAll(/[│┃║|]+|(?<=\S)\s{4,}(?=[^\s→←=<#-])/g)) {
    boxes.push({ start, text: line.slice(start, index) })
    start = index + stroke.length
  }
  boxes.push({ start, text: line.slice(start) })
  return boxes.filter(({ text }) => text.trim() !== '')
}

/** The words in the nearest line above that stand over the middle of a box. */
function nameAbove(above: readonly string[], box: Box): string | undefined {
  const middle = box.start + box.text.length / 2
  for (const line of above.toReversed()) {
    const over = splitBoxes(line).find(({ start, text }) => start <= middle + 2 && middle - 2 <= start + text.length)
    const name = nameOf(over)
    if (name !== undefined) return name
  }
  return undefined
}

function nameOf(box: Box | undefined): string | undefined {
  return box && isTelling(box.text) ? trimGlue(box.text) : undefined
}
