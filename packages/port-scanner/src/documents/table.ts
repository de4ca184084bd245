import { findAddresses } from '../address.js'
import { readAssignment } from '../assignment.js'
import { extend, parsePort, shift, type Evidence, type Match } from '../match.js'
import { groupBy } from '../yaml/group-by.js'
import { amend } from '../yaml/yaml-dialect.js'
import type { Line } from './blocks.js'
import { evidenceOf, parseLabel, plain, portWord } from './label.js'

interface Cell {
  readonly text: string
  readonly start: number
}

/** Columns of ports, of container ports, of names. */
const portColumn = new RegExp(String.raw`${portWord}|^(?:https?|rest)$`, 'i')
const innerColumn =
  /\b(?:container|internal|inner|target|intern[aoe]?s?|contenedor|conteneur|contêiner)(?![\p{L}])|内部|容器|コンテナ|내부/iu
const serviceColumn =
  /^(?:(?:micro)?service|container|servicio|serviço|servico|dienst)s?(?: name)?$|^сервисы?$|^(?:微?服务|服務|サービス|서비스)(?:名|名称|名稱)?$/i
/** Columns that may contain the names of services where none is called so. */
const otherNameColumn =
  /^(?:name|app|application|component|process|package|project|tool|module|server|system|what)s?(?: name)?$|^(?:模块|组件|应用)(?:名|名称)?$/i
/** Columns of an account at a service's database, whose port is then in the row. */
const accountColumn = /^(?:db )?(?:user(?: ?name)?|password)s?$/i
/** Columns of a service's database: a port directly after it may be the database's. */
const databaseColumn = /^(?:database|db)(?: name)?$/i
const database: readonly Evidence[] = [{ kind: 'hint', text: 'database' }]
const separator = /^[ \t|:=-]+$/
/** Columns of a further port of the same service: for metrics, in production. */
const isFurtherColumn = (title: string) => portColumn.test(title) && !innerColumn.test(title) && !ownColumn.test(title)
const ownColumn = new RegExp(
  String.raw`^(?:(?:default|local|dev|host|https?|rest|external|public|published|suggested)\s*)*(?:(?:[A-Z]+_)*${portWord}(?: number)?)?$`,
  'i',
)
/** Columns of a port that is not the service's own. */
const otherColumn = /\b(?:debug\w*|health\w*|metrics?|jmx|inspector)\b/i
/** The first column of a table of settings, whose further ones contain who uses them. */
const settingColumn = /^(?:key|setting|option|property|parameter|configuration)s?\b/i
const protocol = /^(?:grpc|rpc|rest|https?|tcp|udp|wss?|amqp|sql)$/i
/** Columns with a variable's value. */
const valueColumn = /default|value|example/i

/** Returns the ports of a table: the first line is its header. */
export function readTable(lines: readonly Line[]): Match[] {
  const rows = lines.map(cellsOf)
  const header = rows[0]!.map(({ text }) => plain(text))
  const found = rows.slice(1).flatMap((cells, index) => {
    if (separator.test(lines[index + 1]!.text)) return []
    return readRow(cells, header, `row ${lines[index + 1]!.start}`)
  })
  const places = new Set(found.map(({ row, column, match: { port } }) => `${column} ${port} ${row?.start}`))
  const columns = groupBy(places, (place) => place.replace(/ \d+$/, ''))
  return found.map(({ column, match }) => {
    const isOfGateway = match.host !== undefined && columns.get(`${column} ${match.port}`)!.length >= gatewayRows
    return isOfGateway ? Object.assign({}, match, { role: 'mention' as const }) : match
  })
}

/** In how many rows a column has one address, if it is that of a gateway in front of them. */
const gatewayRows = 4

interface Found {
  readonly row: Cell | undefined
  readonly column: number
  readonly match: Match
}

function readRow(cells: readonly Cell[], header: readonly string[], group: string): Found[] {
  const variable = cells.find(({ text }) => /^`?[A-Z][A-Z\d]*(?:_[A-Z\d]+)*`?$/.test(text.trim()))
  if (variable && header.some((title) => /variable|env|name|key|setting|option/i.test(title))) {
    return readSetting(plain(variable.text), cells, header).map((match) => ({ row: cells[0], column: 0, match }))
  }
  const isTitled = (column: RegExp) => header.some((title) => column.test(title))
  const names = [serviceColumn, otherNameColumn].find(isTitled)
  const named = names === undefined ? -1 : header.findIndex((title) => names.test(title))
  const isName = ({ text }: Cell) => text.trim() !== '' && parseLabel(text) !== undefined && !/\d{4}/.test(text)
  const isOfSettings = settingColumn.test(header.find((title) => title !== '') ?? '')
  const candidates = isOfSettings ? cells.filter(({ text }) => text.trim() !== '').slice(0, 1) : cells
  const cell = named >= 0 ? cells[named] : candidates.find(isName)
  const label = cell && parseLabel(cell.text)
  const evidence = label ? evidenceOf(label) : []
  return cells.flatMap((each, column) => {
    const title = header[column] ?? ''
    if (each === cell) return []
    // A page to log in to has its own address.
    const isOwn = !isTitled(accountColumn) || /\bhttps?:\/\//.test(each.text)
    // "| Core | Embed | 3002 |": who calls whom.
    const between = cells.filter(
      (other, at) =>
        at < column &&
        other !== cell &&
        isName(other) &&
        !protocol.test(other.text.trim()) &&
        !databaseColumn.test(header[at] ?? ''),
    )
    const hints = between.flatMap(({ text }): Evidence[] => [{ kind: 'hint', text: plain(text) }])
    const found = extend(readCell(each, title, isOwn ? evidence : [], `${group} ${column}`), { evidence: hints })
    const isFurther = isFurtherColumn(title) && header.some((other) => other !== title && portColumn.test(other))
    const isMentioned = isFurther || otherColumn.test(title)
    const isOfDatabase = databaseColumn.test(header[column - 1] ?? '')
    return amend(extend(found, { evidence: isOfDatabase ? database : [] }), () =>
      isMentioned ? { role: 'mention' } : undefined,
    ).map((match) => ({ row: cells[0], column, match }))
  })
}

/** `| CORE_PORT | 3001 | … |` */
function readSetting(name: string, cells: readonly Cell[], header: readonly string[]): Match[] {
  return cells.flatMap(({ text, start }, column) => {
    const title = header[column] ?? ''
    if (!valueColumn.test(title)) return []
    const [, before, value] = /^(\s*[`"']*)([^\s`"']*)/.exec(text)!
    const found = readAssignment(name, { text: value!, start: start + before!.length })
    return /example/i.test(title) ? extend(found, { isExample: true }) : found
  })
}

function readCell({ text, start }: Cell, title: string, evidence: readonly Evidence[], group: string): Match[] {
  const addresses = extend(findAddresses(text), { evidence })
  if (addresses.length > 0) {
    const labelled = amend(addresses, ({ host, end }) =>
      host === 'local' && isRoot(text, end) ? { role: 'label', group } : {},
    )
    return shift(labelled, start)
  }
  const isMapping = /^\W*\d{2,5}\s*(?::|→|->)\s*\d{2,5}\W*$/.test(text)
  if (evidence.length === 0 || (!isMapping && !portColumn.test(title))) return []
  if (!/^[\s*`:]*\d{2,5}(?![-–]\d)/.test(text)) return []
  const numbers = [
    ...text.replace(/\([^)]*\)/g, (note) => ' '.repeat(note.length)).matchAll(/(?<![\w.-])\d{2,5}(?![\w.–-])/g),
  ]
  return numbers.flatMap(({ 0: digits, index }, order): Match[] => {
    const port = parsePort(digits)
    if (port === undefined) return []
    const range = { start: start + index, end: start + index + digits.length }
    const isInner = isMapping ? order === 1 : innerColumn.test(title)
    if (isInner) return [{ port, ...range, role: 'expose', side: 'container', evidence, group: `${group} inner` }]
    const innerPort = isMapping ? parsePort(numbers[1]![0]) : undefined
    return [
      { port, ...range, role: 'label', side: 'host', evidence, group, ...(innerPort !== undefined && { innerPort }) },
    ]
  })
}

/** Returns whether an address ends after its port, without a path. */
export function isRoot(text: string, end: number): boolean {
  return !/^\/[\w{$:#?<-]/.test(text.slice(end, end + 2))
}

function cellsOf({ text, start }: Line): Cell[] {
  const cells: Cell[] = []
  for (const { 0: cell, index } of text.matchAll(/(?:\\\||[^|])+/g)) cells.push({ text: cell, start: start + index })
  const isEdge = (cell: Cell | undefined) => cell !== undefined && cell.text.trim() === ''
  if (text.trimStart().startsWith('|') && isEdge(cells[0]) && !text.startsWith('|')) cells.shift()
  return cells
}
