import { isMoved, isPort, isPortOfCell, isYear, nameOf } from './evidence.js'
import { endsInService, speaksOfPorts } from './words.js'
import { parsePortText, type Role, type Side } from '../sighting.js'

/** A bare number in words for people that is taken for a port. */
export interface BareNumber {
  readonly start: number
  readonly end: number
  readonly port: number
  readonly role: Role
  readonly side: Side
  /** The number at the other end of `3000-3009`. */
  readonly rangeEnd?: number
  /** Whether it is one of two with an arrow between, as in `3002 → 3010`. */
  readonly isMoved?: boolean
  /** The word before its colon, as in `core:3001`. */
  readonly name?: string
}

/** What is known of a line besides its words. */
export interface Scene {
  /** Whether a heading, a list's parent or the line before speaks of ports. */
  readonly isAboutPorts: boolean
  /** Whether all of it is told of the past. */
  readonly isPast: boolean
  /** Whether an address stands in the same line. */
  readonly hasAddress?: boolean
  /** Whether it is a cell that holds ports and few words. */
  readonly isPortCell?: boolean
}

/** How much before and behind a number is looked at: what keeps the time linear. */
const reach = 80

/** The bare numbers of a line that are ports: "port 3000", "Gateway (3000)", "3000 - gateway", "3002 → 3010". */
export function findNumbers(text: string, scene: Scene): BareNumber[] {
  const isAboutPorts = speaksOfPorts(text)
  const found = collect(text, scene, isAboutPorts)
  const isEnumeration = [...text.slice(0, 400).matchAll(/\p{L}\s(\d{4,5})(?=[,;]\s|\sand\s|\s[·•|]|\.?$)/gu)].filter(
    ({ 1: digits, index }) => !isYear(Number(digits)) && endsInService(text.slice(Math.max(0, index - 30), index + 1)),
  ).length
  // One port makes the line speak of ports, so that what it is compared with is seen too.
  return !isAboutPorts && (found.length > 0 || isEnumeration > 1) ? collect(text, scene, true) : found
}

function collect(text: string, scene: Scene, isLineAboutPorts: boolean): BareNumber[] {
  const found: BareNumber[] = []
  for (const { 0: digits, index: start } of text.matchAll(/\d[\d_]+/g)) {
    const end = start + digits.length
    const port = digits.length <= 6 ? parsePortText(digits) : undefined
    const before = text.slice(Math.max(0, start - reach), start)
    const behind = text.slice(end, end + reach)
    if (port === undefined || !isApart(before, behind, digits.length)) continue
    const previous = found.at(-1)
    const between = previous && start - previous.end <= 40 ? text.slice(previous.end, start) : undefined
    const candidate = {
      port,
      before,
      behind,
      between,
      isLineAboutPorts,
      isSectionAboutPorts: scene.isAboutPorts,
      hasAddress: scene.hasAddress === true,
    }
    if (scene.isPortCell ? !isPortOfCell(candidate) : !isPort(candidate)) continue
    const name = nameOf(candidate)
    const side = name !== undefined && /^[a-z]/.test(name) ? 'container' : sideOf(before, behind, between)
    found.push({
      start,
      end,
      port,
      role: name === undefined ? 'prose' : 'url',
      side,
      ...(name !== undefined && { name }),
      ...pairOf(before, behind, port),
    })
  }
  return dropHalves(found)
}

/** Whether a number is a word of its own: no part of a version, an amount, a name, a date or a path. */
function isApart(before: string, behind: string, length: number): boolean {
  if (/[\p{L}\p{N}_$€£¥#~≈@%^&\\’+]$/u.test(before) || /^[\p{L}\p{N}_%°$€£\\’]/u.test(behind)) return false
  if (/\d[.,]$/.test(before) ? !/\d{4}, ?$/.test(before) : /[\p{L}_]\.$/u.test(before)) return false
  if (/^\.\d/.test(behind) || (length <= 3 && /^,\d{3}(?!\d)/.test(behind))) return false
  if (before.endsWith('/') && !/\d\s?\/$/.test(before)) return false
  if (/^\/[\w.]/.test(behind) && !before.endsWith(':') && !/^\/(?:tcp|udp|\d{2,5}\b)/.test(behind)) return false
  if (/[-–—]$/.test(before) && !/(?:^|[\s(\d])[-–—]$/.test(before)) return false
  if (/^-[\p{L}]/u.test(behind)) return false
  // Dates, and numbers of lines.
  return (
    !/\d{4}-\d{1,2}-$|\d{1,2}\/\d{1,2}\/$|\d{1,2}:\d{2}:$|\d\.\d+[-–]$/.test(before) &&
    !/^-\d{1,2}-\d|^\/\d{1,2}\/\d|^:\d{2}:\d/.test(behind)
  )
}

/** What the other number of a pair makes of one: a range, a mapping, a move. */
function pairOf(before: string, behind: string, port: number): Partial<BareNumber> {
  if (/^:\d{2,5}(?![\d:.])/.test(behind)) return { role: 'publish', side: 'host' }
  if (/(?<![\d:.])\d{2,5}:$/.test(before)) return { role: 'container', side: 'container' }
  const last = /^\s?(?:[-–—‑]|to|through)\s?:?(\d{2,5})(?![\d\p{L}])/u.exec(behind)?.[1]
  if (
    last !== undefined &&
    Number(last) > port &&
    /^\s?[-–—‑]\d|\b(?:range|ports)\b/.test(behind + before) &&
    !/\bfrom\s+$/i.test(before)
  )
    return { rangeEnd: Number(last) }
  const first = /(?<![\d.])(\d{2,5})\s?(?:[-–—‑]|to|through)\s?:?$/.exec(before)
  if (
    first &&
    Number(first[1]) < port &&
    /\d[-–—‑]$|\b(?:range|ports)\b/.test(before) &&
    !/\bfrom\s+\d+ to /i.test(before)
  )
    return { rangeEnd: Number(first[1]) }
  const isArrow = isMoved({ before, behind })
  if (!isArrow) return {}
  const isInside =
    /\b(?:host|container|inside|internal|external|maps?|mapped|mapping|forward(?:s|ed|ing)?|publish\w*)\b/i.test(
      before.slice(-60) + behind.slice(0, 40),
    )
  if (!isInside) return { isMoved: true }
  return /^\s*(?:→|➜|➡️?|⇒|⟶|[-=]+>)\s*:?\d/u.test(behind)
    ? { role: 'publish', side: 'host' }
    : { role: 'container', side: 'container' }
}

/** Which side the words before a number, or right behind it, put it on. */
function sideOf(before: string, behind: string, between: string | undefined): Side {
  const near = between ?? before.slice(-60)
  const inside =
    /\b(?:internal(?:ly|-only)?|inside|in-container|in (?:the |its )?container|containers?(?:['’]s)?\s+(?:\w+\s+){0,3}(?:ports?|side|listens|runs|listening)|containerport|target ?port)\b|\bcontainers?\s*[:=]?\s*$/gi
  const isInside = [...near.matchAll(inside)].at(-1)
  const isOutside = [...near.matchAll(/\b(?:host|external(?:ly)?|outside|published|public(?:ly)?)\b/gi)].at(-1)
  if (isInside && (isOutside?.index ?? -1) < isInside.index) return 'container'
  if (isOutside) return 'host'
  return /^[^\p{L}\p{N}]{0,3}(?:inside|internal(?:ly)?(?!\s+service)|in (?:the |its )?(?:docker )?(?:container|network)|container(?!(?: port)?[\s:]*\d)(?: port)?)(?!\p{L})/iu.test(
    behind,
  )
    ? 'container'
    : 'host'
}

/** Without the half of a mapping whose other half is none. */
function dropHalves(found: readonly BareNumber[]): BareNumber[] {
  return found.filter(({ role }, index) => {
    if (role === 'publish') return found[index + 1]?.role === 'container'
    return role !== 'container' || found[index - 1]?.role === 'publish'
  })
}
