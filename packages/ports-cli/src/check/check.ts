import { basename, resolve } from 'node:path'
import type { RegistryDefinition } from '@driftos/ports/define'
import { findIgnoreComments, isSilencing, type IgnoreComment } from './ignore-comment.js'
import { groupBy } from '../group-by.js'
import { createIgnoreList, type IgnoreList } from './ignore-list.js'
import { createFindPackageName } from './attribution/enclosing-package.js'
import { createFindMeaning } from './attribution/attribution.js'
import type { Project } from '../project/project.js'
import { conflict } from './rules/conflict.js'
import { judge } from './rules/judge.js'
import type { Occurrence, Verdict } from './rules/rule.js'
import { staleArtifact } from './rules/stale-artifact.js'
import { unusedIgnore } from './rules/unused-ignore.js'
import { createLocator } from '@driftos/port-scanner'
import { scan, type ScanOptions, type Tally } from '@driftos/port-scanner'
import { addTally, createTally } from '@driftos/port-scanner'

/** Something that disagrees with the registry. */
export interface Finding extends Verdict {
  readonly rule: string
  /** From the scanned root, with `/`; behind the root's name where there are several. */
  readonly file: string
  readonly line: number
  readonly column: number
  readonly port: number
  /** The line that it stands on. */
  readonly lineText: string
  /** The file on this machine. */
  readonly location: string
}

/** What some trees say of ports. */
export interface Survey {
  readonly roots: readonly string[]
  readonly occurrences: readonly Occurrence[]
  readonly ignores: readonly FileIgnore[]
  readonly scanned: Tally
}

/** A comment that silences findings, and the file that it stands in. */
interface FileIgnore extends IgnoreComment {
  readonly file: string
  readonly location: string
}

/**
 * Every number below some folders that is taken for a port, with the service that it means.
 *
 * @param roots - folders or single files, as absolute paths
 */
export async function survey(
  roots: readonly string[],
  registry: RegistryDefinition,
  options: ScanOptions = {},
): Promise<Survey> {
  const scanned = createTally()
  const findMeaning = createFindMeaning(registry)
  const occurrences: Occurrence[] = []
  const ignores: FileIgnore[] = []
  const locations = new Set<string>()
  // What stands in one given folder and in another below it belongs to the outer one.
  for (const root of roots.toSorted((one, other) => one.length - other.length)) {
    const findPackageName = createFindPackageName(root)
    const name = basename(resolve(root))
    const nameFile = (path: string) => (roots.length > 1 && path ? `${name}/${path}` : path || name)
    const own = createTally()
    for await (const { path, kind, text, sightings } of scan(root, own, options)) {
      const location = resolve(root, path)
      if (locations.has(location)) continue
      locations.add(location)
      const shown = path || name
      const file = nameFile(path)
      const packageName = findPackageName(path)
      const locate = createLocator(text)
      for (const sighting of sightings) {
        const { line, column, lineText } = locate(sighting.start)
        const meaning = findMeaning(sighting, { path: shown, self: packageName })
        const place = { root, path: shown, file, location, kind, line, column, lineText, packageName }
        occurrences.push({ ...sighting, ...place, meaning })
      }
      for (const comment of findIgnoreComments(text)) ignores.push({ ...comment, file, location })
    }
    const unreadable = own.skipped.unreadable.map(({ file, reason }) => ({ file: nameFile(file), reason }))
    addTally(scanned, { ...own, skipped: { ...own.skipped, unreadable } })
  }
  return { roots, occurrences, ignores, scanned }
}

/**
 * What disagrees with the registry, in the order of files and lines, less what comments and the configuration
 * silence.
 *
 * @throws {UsageError} when a generated file cannot be read
 */
export async function findProblems({ roots, occurrences, ignores }: Survey, project: Project): Promise<Finding[]> {
  const { root, configFile, registryFile } = project
  const found: Finding[] = []
  for (const occurrence of occurrences) {
    const judged = judge(occurrence, project.registry)
    // The registry is where the numbers belong.
    const isAtHome = occurrence.location === registryFile
    if (judged && !isAtHome) found.push(describe(judged.rule, occurrence, judged.verdict))
  }
  for (const [occurrence, verdict] of conflict.judgeAll(occurrences, project.registry)) {
    found.push(describe(conflict.name, occurrence, verdict))
  }
  const isWhole = roots.includes(root)
  if (isWhole) found.push(...(await findStale(project, root, roots)))
  const list = createIgnoreList(project.ignore, root)
  const kept = silence(found, ignores).filter((finding) => !list.isIgnored(finding))
  return sort(isWhole && configFile !== undefined ? [...kept, ...unusedEntries(list, configFile)] : kept)
}

async function findStale(project: Project, root: string, roots: readonly string[]): Promise<Finding[]> {
  const differences = await staleArtifact.judgeAll(await project.loadGenerators(), project.registry, root)
  return differences.map(({ file, line, lineText }) => ({
    rule: staleArtifact.name,
    severity: 'error',
    file: roots.length > 1 ? `${basename(root)}/${file}` : file,
    location: resolve(root, file),
    line,
    column: 1,
    port: 0,
    lineText,
    message: 'Out of date from this line. Run `driftos-ports sync`',
  }))
}

/** The entries of the configuration that silence nothing. */
function unusedEntries(list: IgnoreList, configFile: string): Finding[] {
  return list.findUnused().map(({ files, rule }) => ({
    rule: unusedIgnore.name,
    severity: 'warning',
    file: basename(configFile),
    location: configFile,
    line: 1,
    column: 1,
    port: 0,
    lineText: '',
    message: `the configuration's ignore of ${files}${rule === undefined ? '' : ` for ${rule}`} silences no finding`,
  }))
}

function describe(
  rule: string,
  { file, location, line, column, lineText, port }: Occurrence,
  verdict: Verdict,
): Finding {
  return { rule, ...verdict, file, line, column, port, lineText, location }
}

function placeOf(location: string, line: number): string {
  return `${line} ${location}`
}

/** Without what a comment silences, and with every comment beside a port that silences nothing. */
function silence(findings: readonly Finding[], ignores: readonly FileIgnore[]): Finding[] {
  const spoken = ignores.flatMap((ignore) =>
    ignore.lines.map((line) => ({ ignore, place: placeOf(ignore.location, line) })),
  )
  const byPlace = groupBy(spoken, ({ place }) => place)
  const used = new Set<FileIgnore>()
  const heard = findings.filter(({ location, rule, line }) => {
    const silencing = (byPlace.get(placeOf(location, line)) ?? []).filter(({ ignore }) =>
      isSilencing(ignore, rule, line),
    )
    for (const { ignore } of silencing) used.add(ignore)
    return silencing.length === 0
  })
  const unused = ignores
    .filter((ignore) => !used.has(ignore))
    .map(({ file, location, line, column, lineText }): Finding => {
      const message = 'this comment silences no finding'
      return { rule: unusedIgnore.name, severity: 'warning', file, location, line, column, port: 0, lineText, message }
    })
  return [...heard, ...unused]
}

function sort(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (one, other) =>
      (one.file < other.file ? -1 : Number(one.file > other.file)) ||
      one.line - other.line ||
      one.column - other.column,
  )
}
