import { createScanner } from 'jsonc-parser'
import { withComments, type Span } from '../text/comment.js'
import {
  nameNeighbours,
  place,
  readKey,
  readValue,
  readWords,
  settle,
  wordListKeys,
  type Pending,
  type Place,
} from './keyed.js'
import { merge } from '../sight.js'
import { shift, type Reader, type Sighting } from '../sighting.js'
import { readText } from '../text/text.js'
import { isPortName } from '../words.js'

/** An object or array that is being read. */
interface Frame {
  readonly place: Place
  readonly start: number
  /** The key whose value comes next. */
  key: string
  /** Sightings in that key itself: they belong to the value. */
  keyed: Pending[]
  /** Whether it holds nothing but scalars. */
  isFlat: boolean
}

/**
 * The ports in JSON, with comments or without, by the keys above them. It reads tokens, not a tree, so that neither
 * depth nor broken syntax matters.
 */
export const readJson: Reader = (text, path) => {
  if (/(?:^|\/)tsconfig[\w.-]*\.json$/.test(path)) return []
  const isLaunch = /(?:^|\/)launch\.json$/.test(path)
  const pending: Pending[] = []
  const comments: Span[] = []
  const said: Sighting[][] = []
  const root: Frame = { place: place(undefined, '', false), start: 0, key: '', keyed: [], isFlat: false }
  const frames = [root]
  const scanner = createScanner(text)
  let isBroken = false
  let last: { start: number; end: number } | undefined

  const add = (found: readonly Pending[], offset: number) => {
    for (const one of found) pending.push({ ...one, sighting: shift([one.sighting], offset)[0]! })
  }
  const readScalar = (start: number, end: number, isString: boolean) => {
    const frame = frames.at(-1)!
    const raw = text.slice(start, end)
    if (isString) {
      if (raw.length <= 100) nameNeighbours(frame.place, frame.key, raw)
      for (const one of frame.keyed)
        one.place = { ...place(frame.place, '', false), names: [{ kind: 'label', text: raw.slice(0, 100) }] }
    }
    frame.keyed = []
    // A debugger's port is its own; what it launches has its port in `env`, `args` or `url`.
    if (isLaunch && frame.place.key !== 'env' && isPortName(frame.key)) return
    add(readValue(raw, frame.key, frame.place, path), start)
  }
  const flush = () => {
    if (last) readScalar(last.start, last.end, text[last.start - 1] === '"' || text[last.start - 1] === "'")
    last = undefined
  }

  for (;;) {
    scanner.scan()
    const start = scanner.getTokenOffset()
    const end = scanner.getPosition()
    if (end <= start || start >= text.length) break
    const frame = frames.at(-1)!
    const character = text[start]!
    if (character === ':') {
      if (last) {
        frame.key = text.slice(last.start, last.end)
        const found = readKey(frame.key, frame.place)
        const from = pending.length
        add(found, last.start)
        frame.keyed = pending.slice(from)
      }
      last = undefined
    } else if (character === ',') flush()
    else if (character === '{' || character === '[') {
      frame.isFlat = false
      const isArray = character === '['
      const inner = place(frame.place, frame.place.isArray ? '' : frame.key, isArray)
      for (const one of frame.keyed) one.place = inner
      frame.keyed = []
      frames.push({ place: inner, start, key: isArray ? frame.key : '', keyed: [], isFlat: true })
    } else if (character === '}' || character === ']') {
      flush()
      if (frames.length > 1 && frame.place.isArray === (character === ']')) {
        if (frame.place.isArray && frame.isFlat && wordListKeys.test(frame.key)) {
          add(readWords(text.slice(frame.start, end), frame.place), frame.start)
        }
        frames.pop()
      } else isBroken = true
    } else if (character === '"')
      last = { start: start + 1, end: text[end - 1] === '"' && end - start > 1 ? end - 1 : end }
    else if (character === "'") {
      const close = text.indexOf("'", start + 1)
      if (close === -1) isBroken = true
      else {
        last = { start: start + 1, end: close }
        scanner.setPosition(close + 1)
      }
    } else if (character === '/' && /^\/[/*]/.test(text.slice(start, start + 2))) {
      comments.push({ start, end })
      said.push(shift(readText(text.slice(start, end), { style: 'prose' }), start))
    } else if (character.trim() !== '' && character !== '\uFEFF') {
      last = { start, end }
      isBroken ||= !/[\w-]/.test(character)
    }
  }
  flush()
  isBroken ||= frames.length > 1
  const found = merge(settle(pending))
  return merge(withComments(text, found, comments), said.flat(), isBroken ? readText(text, { style: 'code' }) : [])
}
