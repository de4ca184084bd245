import { Arg, DockerfileParser, Env, From, Label, Onbuild, type Instruction, type Property } from 'dockerfile-ast'
import { commentClues } from '../text/comment.js'
import { readShell } from '../shell/read-shell.js'
import { readWordList } from './word-list.js'
import { assign, inContainer, merge, sight } from '../sight.js'
import { shift, withClues, type Clue, type Reader, type Sighting } from '../sighting.js'
import { readText } from '../text/text.js'
import { isPortName } from '../words.js'

/** The ports in a Dockerfile: all of them are inside the container, but for what a comment publishes. */
export const readDockerfile: Reader = (text) => {
  const offsetAt = offsets(text)
  const file = DockerfileParser.parse(text)
  const comments = file.getComments().flatMap((comment) => {
    const range = comment.getRange()
    return range ? [{ start: offsetAt(range.start), end: offsetAt(range.end) }] : []
  })
  const found = comments.map(({ start, end }) => shift(readText(text.slice(start, end), { style: 'prose' }), start))
  let image: Clue[] = []
  let next = 0
  for (const instruction of file.getInstructions()) {
    const range = instruction.getRange()
    const start = offsetAt(range.start)
    if (instruction instanceof From) {
      const name = instruction.getImage()
      image = name === null ? [] : [{ kind: 'context', text: name }]
    } else {
      while (next < comments.length && comments[next]!.start < start) next += 1
      const above = comments[next - 1]
      const isAbove =
        above &&
        /^\s{0,200}$/.test(text.slice(above.end, Math.min(start, above.end + 201))) &&
        lineFeeds(text.slice(above.end, start)) < 2
      const clues = isAbove ? commentClues(text.slice(above.start, above.end)) : []
      const sightings = readInstruction(instruction, text, offsetAt)
      found.push(inContainer(withClues(sightings, [...clues, ...image])))
    }
  }
  return merge(found.flat())
}

const lineFeeds = (text: string): number => text.split('\n').length - 1

type Offset = (position: { line: number; character: number }) => number

/** Where a position is in the text. */
function offsets(text: string): Offset {
  const starts = [0]
  for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length)
  return ({ line, character }) => Math.min((starts[line] ?? text.length) + character, text.length)
}

function readInstruction(instruction: Instruction, text: string, offsetAt: Offset): Sighting[] {
  const trigger = instruction instanceof Onbuild ? instruction.getTriggerInstruction() : null
  if (trigger) return readInstruction(trigger, text, offsetAt)
  const range = instruction.getArgumentsRange()
  if (!range) return []
  const start = offsetAt(range.start)
  const body = text.slice(start, offsetAt(instruction.getRange().end))
  if (instruction.getKeyword() === 'EXPOSE') return shift(readExpose(body), start)
  if (instruction instanceof Env || instruction instanceof Label) {
    return instruction.getProperties().flatMap((property) => readProperty(property, 'env value', text, offsetAt))
  }
  if (instruction instanceof Arg) {
    const property = instruction.getProperty()
    return property ? readProperty(property, 'env default', text, offsetAt) : []
  }
  return shift(readCommand(body), start)
}

/** `EXPOSE 3000`, `EXPOSE 3000/tcp 8000-8010`, `EXPOSE ${PORT:-3000}`. */
function readExpose(body: string): Sighting[] {
  return [...body.matchAll(/[^\s\\]+/g)].flatMap(({ index, 0: word }) => {
    const parts = /^["']?(\d+)(?:-(\d+))?(?:\/\w+)?["']?$/.exec(word)
    if (!parts) return shift(readText(word, { style: 'code' }), index)
    const from = index + word.indexOf(parts[1]!)
    const [sighting] = sight(body, from, from + parts[1]!.length, 'expose')
    if (!sighting) return []
    return [parts[2] === undefined ? sighting : { ...sighting, rangeEnd: Number(parts[2]) }]
  })
}

/** `ENV PORT=3000`, `ENV PORT 3000`, `ARG PORT=3000`, a label. */
function readProperty(property: Property, role: Sighting['role'], text: string, offsetAt: Offset): Sighting[] {
  const range = property.getValueRange()
  if (!range) return []
  const start = offsetAt(range.start)
  const value = text.slice(start, offsetAt(range.end))
  const name = property.getName()
  const variable: Clue = { kind: 'variable', text: name }
  const digits = /^(["']?)(\d+)\1$/.exec(value)
  if (digits && isPortName(name)) {
    const from = start + digits[1]!.length
    return sight(text, from, from + digits[2]!.length, role, 'container', [variable])
  }
  return shift(assign(readText(value, { style: 'string' }), variable), start)
}

/** A command in the shell's form or as a list of words, with the options before it. */
function readCommand(body: string): Sighting[] {
  const list = /^(?:--[\w-]+(?:=\S{0,200})?\s+)*(?:CMD\s+)?\[/i.exec(body.slice(0, 2000))
  return list && /\]\s*$/.test(body.slice(-200)) ? readWordList(body) : readShell(body, '')
}
