import type { Finding } from '../src/check/finding.js'
import type { Occurrence } from '../src/check/occurrence.js'
import type { LabelledFile } from './corpus.js'
import { dialectNameOf, kindOfText } from './kind-of-text.js'
import type { Label } from './label.js'

/** How well the numbers of some files were taken for ports. */
interface PortScore {
  /** Ports there are. */
  ports: number
  found: number
  /** Taken for a port where there is none. */
  falsely: number
  sides: Share
  services: Share
}

/** So many of so many. */
export interface Share {
  right: number
  of: number
}

/** How well a half of the corpus was read. */
export interface Score {
  readonly ports: Record<string, PortScore>
  /** By rule: how many problems it has to find, and how many it found. */
  readonly problems: Record<string, Share>
  /** Errors at ports that are right; each is wrong. */
  readonly errorsAtCorrect: Share
  /** Numbers that only look like a port and were taken for one. */
  readonly lookAlikesTaken: Share
  /** Of these, what was reported. */
  readonly lookAlikesReported: Share
  /** Everything that went wrong, such as `driftos-core/Makefile:3: missed 3010`. */
  readonly failures: string[]
}

/** The rule that a port may break and yet be the right number. */
const spelledOut = 'hard-coded-port'

/** A score of nothing yet. */
export function newScore(): Score {
  return {
    ports: {},
    problems: {},
    errorsAtCorrect: { right: 0, of: 0 },
    lookAlikesTaken: { right: 0, of: 0 },
    lookAlikesReported: { right: 0, of: 0 },
    failures: [],
  }
}

/** Every problem, save numbers that are right and only spelled out. */
export function allProblems({ problems }: Score): Share {
  const wrong = Object.entries(problems).filter(([rule]) => rule !== spelledOut)
  return {
    right: wrong.reduce((sum, [, { right }]) => sum + right, 0),
    of: wrong.reduce((sum, [, share]) => sum + share.of, 0),
  }
}

/** Counts what was said of one file against its labels. */
export function scoreFile(
  score: Score,
  repository: string,
  { path, text, labels }: LabelledFile,
  occurrences: readonly Occurrence[],
  findings: readonly Finding[],
): void {
  const rows = [kindOfText(path), dialectNameOf(path)].map((name) => (score.ports[name] ??= newPortScore()))
  const lines = text.split('\n')
  const fail = (line: number, what: string) =>
    score.failures.push(`${repository}/${path}:${line}: ${what} | ${lines[line - 1]!.trim().slice(0, 120)}`)
  const unused = new Set(occurrences)

  for (const label of labels) {
    const occurrence = occurrences.find((other) => isAt(other, label))
    const found = findings.filter((other) => isAt(other, label))
    if (occurrence) unused.delete(occurrence)
    if (label.is === 'no-port') {
      scoreLookAlike(label, occurrence, found)
      if (occurrence) for (const row of rows) row.falsely++
    } else if (label.is === 'port') {
      for (const row of rows) scorePort(row, label, occurrence)
      failPort(label, occurrence)
      scoreProblems(label, found)
    }
  }
  for (const { line, port } of unused) {
    for (const row of rows) row.falsely++
    fail(line, `false alarm ${port}`)
  }

  function scoreLookAlike(
    { line, number }: Label,
    occurrence: Occurrence | undefined,
    found: readonly Finding[],
  ): void {
    score.lookAlikesTaken.of++
    score.lookAlikesReported.of++
    if (occurrence) {
      score.lookAlikesTaken.right++
      fail(line, `look-alike ${number} taken for a port (${occurrence.role})`)
    }
    if (found.length > 0) {
      score.lookAlikesReported.right++
      fail(line, `look-alike ${number} reported (${found[0]!.rule}, ${found[0]!.severity})`)
    }
  }

  function failPort({ line, number, side, service }: Label, occurrence: Occurrence | undefined): void {
    if (!occurrence) return void fail(line, `missed ${number}`)
    if (side && occurrence.side !== side) fail(line, `side of ${number}: ${occurrence.side}, not ${side}`)
    if (service && !isMeant(occurrence, service))
      fail(line, `service of ${number}: ${describeOwner(occurrence)}, not ${service}`)
  }

  function scoreProblems({ line, number, service, rules }: Label, found: readonly Finding[]): void {
    for (const rule of rules) {
      const share = (score.problems[rule] ??= { right: 0, of: 0 })
      share.of++
      if (found.some((finding) => finding.rule === rule)) share.right++
      else fail(line, `${rule} ${number} not found${found[0] ? `, ${found[0].rule} instead` : ''}`)
    }
    if (!service || service === 'nobody' || rules.some((rule) => rule !== spelledOut)) return
    score.errorsAtCorrect.of++
    const error = found.find(({ severity }) => severity === 'error')
    if (!error) return
    score.errorsAtCorrect.right++
    fail(line, `false error at ${number}: ${error.rule}, ${error.message}`)
  }
}

function isMeant({ attribution }: Occurrence, service: string): boolean {
  return service === 'nobody' ? !attribution?.services.length : attribution?.services.includes(service) === true
}

function describeOwner({ attribution }: Occurrence): string {
  return attribution?.services.join(' or ') || 'nobody'
}

function scorePort(row: PortScore, { side, service }: Label, occurrence: Occurrence | undefined): void {
  row.ports++
  if (!occurrence) return
  row.found++
  if (side) count(row.sides, occurrence.side === side)
  if (service) count(row.services, isMeant(occurrence, service))
}

function count(share: Share, isRight: boolean): void {
  share.of++
  if (isRight) share.right++
}

/** Returns the score of a kind of text without files. */
export function newPortScore(): PortScore {
  return { ports: 0, found: 0, falsely: 0, sides: { right: 0, of: 0 }, services: { right: 0, of: 0 } }
}

function isAt(one: { readonly line: number; readonly column: number }, { line, column }: Label): boolean {
  return one.line === line && one.column === column
}
