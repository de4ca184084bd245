import { hostFields, findAddresses, withHosts } from '../address.js'
import { readAssignment, type Spelled } from '../assignment.js'
import { findComments, isInside, type Ranges } from '../comments.js'
import type { Dialect } from '../dialect.js'
import { extend, merge, parsePort, type Evidence, type Follower, type Match, type Role, type Side } from '../match.js'
import { amend } from '../yaml/yaml-dialect.js'

/**
 * One statement of a format that contains a port. The named groups of the expression become fields of the match:
 *
 * - `port` (required): the number
 * - `name`: evidence of the kind `nameKind`
 * - `variable`: the variable that replaces the number when it is set
 * - `host`: the host of an address; sets `host` and `side`
 * - `scheme`: the scheme of an address
 * - `inner`: the container half of a publication; it becomes a separate match with the role `inner`
 */
export interface Pattern {
  /** Needs the flags `d` and `g`, and `m` if it uses `^` or `$`. */
  readonly at: RegExp
  readonly role: Role
  /** Default: `host`. */
  readonly side?: Side
  /** Default: `variable`. */
  readonly nameKind?: Evidence['kind']
  readonly follower?: Follower
  /** The scheme of an address without one. */
  readonly scheme?: string
}

/** Returns the tag of a template that makes a pattern of a role: listen`\.listen\(${port}`. */
function patternOf(role: Role) {
  return ({ raw }: TemplateStringsArray, ...parts: readonly string[]): Pattern => ({
    at: new RegExp(String.raw({ raw }, ...parts), 'dgm'),
    role,
  })
}

/** Tags of templates, one a role. */
export const listen = patternOf('listen')
export const publish = patternOf('publish')
export const reach = patternOf('reach')
export const setting = patternOf('value')
export const fallback = patternOf('default')
export const flag = patternOf('flag')
export const target = patternOf('inner')
export const expose = patternOf('expose')
export const probe = patternOf('probe')
export const scrape = patternOf('scrape')
export const mention = patternOf('mention')

/** Returns a pattern that ignores case. */
export function anyCase(pattern: Pattern): Pattern {
  return { ...pattern, at: new RegExp(pattern.at.source, 'dgim') }
}

/** A row of the table: a line-based format. */
export interface PatternDialect extends Omit<Dialect, 'load'> {
  readonly patterns?: readonly Pattern[]
  /** `KEY = setting`, with the groups `name` and `setting` (without quotes); read as every format's assignments are. */
  readonly assignment?: RegExp
  /** The start of a section, with the group `name` if it has one: `[server]`, `resource "x" "y" {`. */
  readonly section?: RegExp
  /**
   * `block` if a section's name is that of the owner of its ports, `variable` if it is the name of what its addresses
   * lead to. Default: `hint`.
   */
  readonly sectionKind?: 'block' | 'variable' | 'hint'
  /** Side of the values of assignments without a host. Default: `host`. */
  readonly side?: Side
  /** Command lines, with the group `command` and optionally `name`, which owns the ports of the command. */
  readonly commands?: RegExp
  /** Returns the name of the owner of all ports in a file, from its path. */
  readonly owner?: (path: string) => string | undefined
  /** The statement with the name of the program that a file configures, which owns the port that it listens on. */
  readonly program?: RegExp
  /** Parts of the text that are tests, such as Rust's `#[cfg(test)]` modules. */
  readonly tests?: (text: string) => readonly (readonly [start: number, end: number])[]
}

/** Returns a dialect whose reader applies the row. */
export function patternDialect(row: PatternDialect): Dialect {
  const { name, names, extensions, paths, languages, kind, comments } = row
  const optional = { names, extensions, paths, languages, comments }
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined))
  return {
    ...present,
    name,
    kind,
    load: async () => createReader(row, row.commands && (await import('../shell/read-shell.js')).readScript),
  }
}

/** Returns the reader of a row. */
export function createReader(
  row: PatternDialect,
  readScript?: (script: Spelled) => Match[],
): (text: string, path?: string) => Match[] {
  const { patterns = [], assignment, comments = {}, sectionKind = 'hint', tests, side } = row
  return (text, path = '') => {
    const sections = findSections(text, row.section)
    const fileOwner = row.owner?.(path)
    const program = row.program?.exec(text)?.groups!['name']
    const commands = row.commands && readScript ? [...text.matchAll(row.commands)] : []
    const scripts = commands.map(({ indices }) => indices!.groups!['command']!)
    const found = merge(
      ...patterns.map((pattern) => readPattern(text, pattern)),
      assignment
        ? amend(readAssignments(text, assignment, sections), ({ host }) =>
            host === undefined && side !== undefined ? { side } : undefined,
          )
        : [],
      readScript ? readCommands(commands, readScript, fileOwner) : [],
      // The reader of commands knows which words are addresses.
      findAddresses(text).filter(({ start }) => !isInside(scripts, start)),
    )
    const commented = findComments(text, comments)
    const tested = tests?.(text) ?? []
    const listed = row.kind === 'code' ? findLists(text) : []
    return amend(row.kind === 'code' ? withHosts(found, text) : found, (match) => {
      const section = sectionAt(sections, match.start)
      const owner: Evidence[] = [
        ...(section?.name === undefined ? [] : [{ kind: sectionKind, text: section.name }]),
        ...(fileOwner === undefined ? [] : [{ kind: 'block' as const, text: fileOwner }]),
        ...(program === undefined || match.role !== 'listen' ? [] : [{ kind: 'block' as const, text: program }]),
      ]
      return {
        evidence: [...match.evidence, ...owner],
        ...(isInside(commented, match.start) && { isComment: true }),
        ...(isInside(tested, match.start) && { isTest: true }),
        ...(isInside(listed, match.start) && { isListItem: true }),
        // Servers of one upstream are instances of a program.
        ...(match.follower !== undefined && section !== undefined && { group: `section ${section.start}` }),
      }
    })
  }
}

/** Lines that contain one address each: origins that a server allows. */
const list =
  /(?:^[ \t]*(?:\+[ \t]*)?(?:"https?:[^"\n]*"|'https?:[^'\n]*')(?:\.\w+\(\)){0,2}[ \t]*(?:[,+;)]+[ \t]*)?(?:(?:\/\/|#).*)?(?:\r?\n|$(?![\s\S]))){2,}/gm

function findLists(text: string): Ranges {
  return [...text.matchAll(list)].map(({ 0: lines, index }) => [index, index + lines.length])
}

/** @param owner - the process that runs the commands */
function readCommands(
  commands: readonly RegExpMatchArray[],
  readScript: (script: Spelled) => Match[],
  owner: string | undefined,
): Match[] {
  return commands.flatMap(({ groups, indices }) => {
    const found = readScript({ text: groups!['command']!, start: indices!.groups!['command']![0] })
    const name = groups!['name'] ?? owner
    if (name === undefined) return found
    const listening = amend(found, ({ role }) => (role === 'flag' ? { role: 'listen' } : undefined))
    return extend(listening, { evidence: groups!['name'] === undefined ? [] : [{ kind: 'block', text: name }] })
  })
}

function readPattern(text: string, pattern: Pattern): Match[] {
  const { role, side = 'host', nameKind = 'variable', follower } = pattern
  return [...text.matchAll(pattern.at)].flatMap((match): Match[] => {
    const { port, name, variable, host, scheme = pattern.scheme, inner } = match.groups!
    const number = port === undefined ? undefined : parsePort(port)
    if (number === undefined) return []
    const address = host === undefined ? undefined : hostFields(host)
    const innerPort = inner === undefined ? undefined : parsePort(inner)
    const evidence: Evidence[] = [
      ...(address?.evidence ?? []),
      ...(variable === undefined ? [] : [{ kind: 'variable' as const, text: variable }]),
      ...(name === undefined ? [] : [{ kind: nameKind, text: name }]),
    ]
    const range = (group: string) => {
      const [start, end] = match.indices!.groups![group]!
      return { start, end }
    }
    const outer: Match = {
      ...address,
      port: number,
      ...range('port'),
      role,
      side: address?.side ?? side,
      evidence,
      ...(scheme !== undefined && { scheme: scheme.toLowerCase() }),
      ...(variable !== undefined && { override: variable }),
      ...(follower !== undefined && { follower }),
      ...(innerPort !== undefined && { innerPort }),
      ...(role === 'publish' && { publication: { protocol: 'tcp' } }),
    }
    if (innerPort === undefined) return [outer]
    return [outer, { port: innerPort, ...range('inner'), role: 'inner', side: 'container', evidence }]
  })
}

interface Section {
  readonly start: number
  readonly end: number
  readonly name: string | undefined
}

function findSections(text: string, section: RegExp | undefined): Section[] {
  if (!section) return []
  const starts = [...text.matchAll(section)]
  return starts.map(({ index, groups }, at) => ({
    start: index,
    end: starts[at + 1]?.index ?? text.length,
    name: groups?.['name'],
  }))
}

function sectionAt(sections: readonly Section[], offset: number): Section | undefined {
  return sections.findLast(({ start, end }) => start <= offset && offset < end)
}

function readAssignments(text: string, assignment: RegExp, sections: readonly Section[]): Match[] {
  const all = [...text.matchAll(assignment)].map(({ groups, indices }) => ({
    name: groups!['name']!,
    text: groups!['value'] ?? '',
    start: indices!.groups!['value']?.[0] ?? 0,
  }))
  const bySection = new Map<Section | undefined, Map<string, string>>()
  const sectionOf = (start: number) => sectionAt(sections, start)
  for (const { name, text: value, start } of all) {
    const section = sectionOf(start)
    if (!bySection.has(section)) bySection.set(section, new Map())
    bySection.get(section)!.set(name, value)
  }
  return all.flatMap(({ name, text: value, start }) =>
    readAssignment(name, { text: value, start }, { sibling: (other) => bySection.get(sectionOf(start))?.get(other) }),
  )
}
