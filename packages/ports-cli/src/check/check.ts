import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { readRegularFile } from '@driftos/port-scanner'
import { groupBy } from '../group-by.js'
import type { Project } from '../project/project.js'
import { createContext } from './context.js'
import { canMakeStale } from './generated-files.js'
import type { Finding } from './finding.js'
import { isSilencing } from './ignore-comment.js'
import { createIgnoreList, type IgnoreList } from './ignore-list.js'
import type { Occurrence } from './occurrence.js'
import { projectRules } from './rules/index.js'
import { occurrenceRules } from './rules/occurrence-rules.js'
import type { Context, Verdict } from './rules/rule.js'
import { staleArtifact } from './rules/stale-artifact.js'
import { unusedIgnore } from './rules/unused-ignore.js'
import type { FileIgnore, Scan } from './scan.js'
import { isFreeInJob, isSilent } from './silence.js'

/**
 * Returns what disagrees with the registry, sorted by file and line, without what comments and the configuration
 * silence.
 *
 * @param cwd - the directory that paths in the output start from
 * @throws {UsageError} when a generated file cannot be read
 */
export async function findProblems(scan: Scan, project: Project, cwd: string): Promise<Finding[]> {
  const { root, configFile, registryFile, registry, ignore } = project
  const { roots, ignores, changed } = scan
  const occurrences = scan.occurrences.filter(
    (each) =>
      each.location !== registryFile && each.location !== configFile && !isSilent(each) && !isFreeInJob(each, registry),
  )
  const mentions = scan.occurrences.filter(({ role }) => role === 'mention')
  const context = createContext(occurrences, registry, registryPackageOf(registryFile), mentions)
  const found = [...judge(occurrences, context)]
  const isWhole = roots.includes(root)
  const list = createIgnoreList(ignore, root)
  const stale = isWhole && (!changed || (await canMakeStale(changed, project))) ? await findStale(project, cwd) : []
  const kept = silence([...found, ...stale], ignores).filter((finding) => !list.isIgnored(finding))
  // Of some files nothing follows about an entry for others.
  return sort(
    isWhole && !changed && configFile !== undefined ? [...kept, ...unusedEntries(list, configFile, cwd)] : kept,
  )
}

function* judge(occurrences: readonly Occurrence[], context: Context): Iterable<Finding> {
  for (const occurrence of occurrences) {
    for (const rule of occurrenceRules) {
      const verdict = rule.judge(occurrence, context)
      if (!verdict) continue
      yield describe(rule.name, occurrence, verdict)
      break
    }
  }
  for (const rule of projectRules) {
    for (const [occurrence, verdict] of rule.judgeAll(occurrences, context))
      yield describe(rule.name, occurrence, verdict)
  }
}

/** Returns the name of the package around a registry's file, or of the package that contains DriftOS's. */
function registryPackageOf(registryFile: string | undefined): string | undefined {
  if (registryFile === undefined) return '@driftos/ports'
  for (let directory = dirname(registryFile); ; directory = dirname(directory)) {
    const manifest = join(directory, 'package.json')
    if (existsSync(manifest)) return /"name"\s*:\s*"([^"]+)"/.exec(readRegularFile(manifest))?.[1]
    if (directory === dirname(directory)) return undefined
  }
}

async function findStale({ registry, root, loadGenerators }: Project, cwd: string): Promise<Finding[]> {
  const differences = await staleArtifact.judgeAll(await loadGenerators(), registry, root)
  return differences.map(({ file, line, lineText }) => ({
    rule: staleArtifact.name,
    severity: 'error',
    file: nameOf(resolve(root, file), cwd),
    location: resolve(root, file),
    line,
    column: 1,
    port: 0,
    lineText,
    message: 'Out of date from this line. Run `driftos-ports sync`',
  }))
}

/** The entries of the configuration that silence nothing. */
function unusedEntries(list: IgnoreList, configFile: string, cwd: string): Finding[] {
  return list.findUnused().map(({ files, rule }) => ({
    rule: unusedIgnore.name,
    severity: 'warning',
    file: nameOf(configFile, cwd),
    location: configFile,
    line: 1,
    column: 1,
    port: 0,
    lineText: '',
    message: `The configuration ignores ${files}${rule === undefined ? '' : ` for ${rule}`}, which has no finding`,
  }))
}

function nameOf(location: string, cwd: string): string {
  return relative(cwd, location).split(sep).join('/')
}

function describe(rule: string, occurrence: Occurrence, verdict: Verdict): Finding {
  const { file, location, line, column, lineText, port } = occurrence
  return { rule, ...verdict, file, line, column, port, lineText, location }
}

/** Removes what comments silence, and adds every comment next to a port that silences nothing. */
function silence(findings: readonly Finding[], ignores: readonly FileIgnore[]): Finding[] {
  const byFile = groupBy(ignores, ({ location }) => location)
  const used = new Set<FileIgnore>()
  const kept = findings.filter(({ location, rule, line }) => {
    const silencing = (byFile.get(location) ?? []).filter((ignore) => isSilencing(ignore, rule, line))
    for (const ignore of silencing) used.add(ignore)
    return silencing.length === 0
  })
  const unused = ignores.filter((ignore) => !used.has(ignore))
  return [...kept, ...unused.map(describeUnused)]
}

function describeUnused({ file, location, line, column, lineText }: FileIgnore): Finding {
  const place = { file, location, line, column, lineText, port: 0 }
  return { rule: unusedIgnore.name, severity: 'warning', ...place, message: 'This comment silences no finding' }
}

/** Sorts findings by place. Of those that say the same of a line, such as of a link and its text, one is enough. */
function sort(findings: readonly Finding[]): Finding[] {
  const sorted = findings.toSorted(
    (one, other) =>
      (one.file < other.file ? -1 : Number(one.file > other.file)) ||
      one.line - other.line ||
      one.column - other.column,
  )
  return sorted.filter(({ location, line, message, fix }, index) => {
    const before = sorted[index - 1]
    const isSame = before?.location === location && before.line === line && before.message === message
    return !isSame || fix !== undefined
  })
}
