import { readInline } from './inline.js'
import type { Line } from '../text/lines.js'
import { findNumbers, type Scene } from './numbers.js'
import { readProse } from './prose.js'
import type { Table } from './table-lines.js'
import { endsInService, hasNumber, isTelling, speaksOfPorts, trimGlue } from './words.js'
import { merge } from '../sight.js'
import type { Clue, Role, Side, Sighting } from '../sighting.js'
import { isPortName } from '../words.js'

/** The cells of a row, each with its words alone. */
type Row = readonly (Line & { readonly words: string })[]

/** What a column holds, by its heading. */
interface Column {
  readonly heading: string
  readonly kind: 'port' | 'value' | 'words' | 'name'
  readonly side: Side | 'both'
  readonly isPast: boolean
}

/** The ports in a table: in columns whose heading says port, in rows of a variable, and wherever a cell's words say so. */
export function readTableCells(table: Table, scene: Scene): Sighting[] {
  const headings = table.head.map((cell) => wordsOf(cell))
  const isAboutPorts = scene.isAboutPorts || headings.some(speaksOfPorts)
  // Beside a new port, a default one is what somebody else chose.
  const hasNew = headings.some((heading) => /\bnew\b/i.test(heading))
  const columns = headings.map((heading) => columnOf(heading, isAboutPorts, hasNew))
  return [table.head, ...table.rows].flatMap((cells, index) => {
    if (!cells.some(({ text }) => hasNumber(text))) return []
    const row = cells.map((cell) => ({ ...cell, words: wordsOf(cell) }))
    return row.flatMap((_, at) =>
      readCell(row, at, columns, { ...scene, isPast: scene.isPast || columns[at]?.isPast === true }, index === 0),
    )
  })
}

function wordsOf(cell: Line): string {
  return readInline(cell.text, cell.start).text.trim()
}

function columnOf(heading: string, isAboutPorts: boolean, hasNew: boolean): Column {
  const isInside = /\b(?:container|internal|inside|target|docker|pod|cluster)\b/i.test(heading)
  const isOutside = /\b(?:host|external|outside|public|published|local|exposed|node)\b/i.test(heading)
  const isPort =
    speaksOfPorts(heading) ||
    (isAboutPorts &&
      /^(?:host|internal|external|container|published|exposed|range|ranges|inside|outside)(?:\s*\(.*\))?$/i.test(
        heading,
      ))
  const isWords = /\b(?:desc\w*|notes?|reason|purpose|comment|details?|remarks?|why|example)\b/i.test(heading)
  const isValue = /\b(?:value|default|defaults|dev\w*|prod\w*|local|standard|setting)\b/i.test(heading)
  return {
    heading,
    kind: isPort ? 'port' : isValue ? 'value' : isWords ? 'words' : 'name',
    side: isInside && isOutside ? 'both' : isInside ? 'container' : 'host',
    isPast:
      /\b(?:old|previous|former|before|original|retired)\b/i.test(heading) ||
      (hasNew && /\b(?:default|standard|current)\b/i.test(heading)),
  }
}

function readCell(row: Row, at: number, columns: readonly Column[], scene: Scene, isHead: boolean): Sighting[] {
  const cell = row[at]!
  const column = columns[at]
  if (!hasNumber(cell.text)) return []
  const variable = isHead ? undefined : variableOf(row, at)
  const isPort = !isHead && (column?.kind === 'port' || variable !== undefined || isPortRow(row, at))
  const found = isPort ? readPortCell(cell, scene, column, variable) : []
  const others = readProse(cell, { ...scene, isAboutPorts: false })
  const clues = cluesOf(row, at, columns, isPortRow(row, at))
  const taken = new Set(found.map(({ start }) => start))
  const withRow = (sighting: Sighting): Sighting => ({
    ...sighting,
    clues: dropRepeated(joinClues(sighting, clues)),
    ...(scene.isPast && { isPast: true }),
  })
  return merge(
    found,
    others.filter(({ start }) => !taken.has(start)),
  ).map(withRow)
}

/** The variable whose row a cell is in, such as `GRAFANA_PORT`, or a setting called a port. */
function variableOf(row: Row, at: number): string | undefined {
  const names = row.slice(0, at).map(({ words }) => words)
  return names.find((name) => /^[A-Za-z][\w.-]*$/.test(name) && !/^(?:Ports?|ports?)$/.test(name) && isPortName(name))
}

/** Whether a row is one of ports, each in the column of its service: `| Port | 3001 | 3002 |`. */
function isPortRow(row: Row, at: number): boolean {
  return at > 0 && /^(?:[\p{L}\p{N}]+\s+){0,3}ports?(?:\s*\([^)]*\))?:?$/iu.test(row[0]!.words)
}

/** Every bare number of a cell that is nothing but ports and a few words. */
function readPortCell(cell: Line, scene: Scene, column: Column | undefined, variable: string | undefined): Sighting[] {
  const plain = readInline(cell.text, cell.start)
  const words = plain.text.match(/\p{L}{2,}/gu) ?? []
  const numbers = findNumbers(plain.text, { ...scene, isAboutPorts: true, isPortCell: words.length <= 8 })
  return numbers.flatMap((number, index) => {
    const start = plain.offsets[number.start]!
    const end = plain.offsets[number.end - 1]! + 1
    if (end - start !== number.end - number.start) return []
    const isSecond =
      column?.side === 'both' && (/^\W*(?:container|internal|inside)/i.test(column.heading) ? index === 0 : index === 1)
    const side = number.side === 'container' || column?.side === 'container' || isSecond ? 'container' : 'host'
    const isPair = number.role === 'publish' || number.role === 'container'
    const role: Role = isPair ? number.role : variable === undefined ? 'table cell' : 'env default'
    const clues: Clue[] = variable === undefined ? [] : [{ kind: 'variable', text: variable }]
    const isPast = number.isMoved === true || scene.isPast
    return [
      {
        start,
        end,
        port: number.port,
        role,
        side,
        clues,
        ...(number.rangeEnd !== undefined && { rangeEnd: number.rangeEnd }),
        ...(isPast && { isPast }),
      },
    ]
  })
}

/** What the column's heading says besides "port", and the row's other cells: the first and those of names as labels. */
function cluesOf(row: Row, at: number, columns: readonly Column[], isByHeading: boolean): Clue[] {
  const column = columns[at]
  const heading = column && column.kind !== 'words' && isTelling(column.heading) ? trimGlue(column.heading) : ''
  const isPlain = /^(?:value|command|config\w*|access|usage|format|environment|dev\w*|prod\w*|test)$/i.test(heading)
  const clues: Clue[] =
    heading === '' || isPlain
      ? []
      : [{ kind: column?.kind === 'port' || isByHeading ? 'label' : 'context', text: heading }]
  let isFirst = true
  for (const [index, cell] of row.entries()) {
    if (index === at) continue
    const words = trimGlue(cell.words.replace(/\bhttps?:\/\/\S+/g, ' ')).slice(0, 120)
    if (words === '' || !isTelling(words)) continue
    const isName = words.length <= 60 && (isFirst || nameColumn.test(columns[index]?.heading ?? ''))
    clues.push({ kind: isName ? 'label' : 'context', text: words })
    isFirst = false
  }
  return clues
}

/** Headings of columns that hold what the row's thing is called. */
const nameColumn =
  /^(?:(?:[\w.]+ )?(?:service|name|app|application|component|container|package|module|project|job|server|tool))$/i

/** A sighting's clues and the row's: a service that the cell's own words name is nearer than the row's. */
function joinClues(sighting: Sighting, row: readonly Clue[]): Clue[] {
  const own = sighting.clues.filter(({ kind }) => kind !== 'label' && kind !== 'context')
  const labels = sighting.clues.filter(({ kind }) => kind === 'label')
  const rowLabels = row.filter(({ kind }) => kind === 'label')
  const isNamed = labels[0] !== undefined && endsInService(labels[0].text)
  return [
    ...own,
    ...(isNamed ? [...labels, ...rowLabels] : [...rowLabels, ...labels]),
    ...[...sighting.clues, ...row].filter(({ kind }) => kind === 'context'),
  ]
}

function dropRepeated(clues: readonly Clue[]): Clue[] {
  return clues.filter(
    ({ text, kind }, index) => clues.findIndex((other) => other.text === text && other.kind === kind) === index,
  )
}
