import { isUtf8 } from 'node:buffer'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findProblems } from '../check/check.js'
import type { Finding } from '../check/finding.js'
import { scanRoots } from '../check/scan.js'
import { getColors } from '../colors.js'
import { UsageError, type Command, type Io } from '../command.js'
import { formatGithub } from '../check/formats/github.js'
import { formatJson, formatOccurrences } from '../check/formats/json.js'
import { formatPretty } from '../check/formats/pretty.js'
import { describeUnreadable, redact, type Report } from '../check/formats/report.js'
import { formatTsc } from '../check/formats/tsc.js'
import { applyFixes } from '../check/fix.js'
import { groupBy } from '../group-by.js'
import { ancestors, pathFrom } from '../project/find-config.js'
import type { Project } from '../project/project.js'
import { createProgress } from '../progress.js'
import { rules } from '../check/rules/index.js'
import { GitError, type FileSelection, type Tally } from '@driftos/port-scanner'

const formats: Readonly<Record<string, (report: Report, io: Io) => string | Promise<string>>> = {
  pretty: (report, io) => formatPretty(report, getColors(io)),
  tsc: formatTsc,
  github: formatGithub,
  async sarif(report, { cwd }) {
    const [{ default: manifest }, { formatSarif }] = await Promise.all([
      import('../../package.json', { with: { type: 'json' } }),
      import('../check/formats/sarif.js'),
    ])
    const repository = ancestors(cwd).find((directory) => existsSync(join(directory, '.git')))
    return formatSarif(report, manifest.version, repository ?? cwd)
  },
  json: formatJson,
}

export const command: Command = {
  summary: 'find the ports that disagree with the registry',
  usage: '[paths...]',
  options: {
    format: { value: 'FORMAT', choices: Object.keys(formats), help: 'the output format; default pretty' },
    json: { help: 'the same as --format json' },
    fix: { help: 'write the right number where it is certain, and show the change' },
    'dry-run': { help: 'with --fix: only show the change' },
    quiet: { help: 'only errors' },
    staged: { help: 'only files with staged changes' },
    since: { value: 'REF', help: 'only files that differ from a commit' },
    occurrences: { help: 'print every number that was taken for a port, as JSON' },
  },
  details: `Rules:
${rules.map(({ name, why }) => `  ${name.padEnd(18)} ${why}`).join('\n')}

Each path is a directory; several are several repositories on one machine, which may not publish the same port.
The default is the working directory. Git-ignored files are skipped.
A comment driftos-ports-ignore on the line, or the line before, ignores a finding:
  // driftos-ports-ignore hard-coded-port: the browser has no registry
Exit code 1 when there is a finding.`,
  async run({ values, positionals }, io, project) {
    const format = values['json'] ? 'json' : String(values['format'] ?? 'pretty')
    const roots = findRoots(positionals, io)
    const since = values['since'] as string | undefined
    const selection: FileSelection = { staged: values['staged'] === true, ...(since !== undefined && { since }) }
    const isDryRun = values['dry-run'] === true
    if (isDryRun && !values['fix']) throw new UsageError('--dry-run needs --fix')
    const started = performance.now()
    const scan = async (only: FileSelection) => {
      const progress = createProgress((text) => process.stderr.isTTY && io.writeError(text))
      return scanRoots(roots, io.cwd, project.registry, { ...only, onProgress: progress.report })
        .catch((error: Error) => {
          throw error instanceof GitError ? new UsageError(error.message) : error
        })
        .finally(progress.end)
    }
    const judge = async () => {
      const result = await scan(selection)
      const findings = await findProblems(result, project, io.cwd)
      if (findings.length === 0 || result.changed === undefined) return { ...result, findings }
      // What is odd in a file alone, the others may explain: a number of another stack, an image that compose builds.
      const all = await findProblems(await scan({}), project, io.cwd)
      const known = new Set(all.map(keyOf))
      return { ...result, findings: findings.filter((finding) => known.has(keyOf(finding))) }
    }
    if (values['occurrences']) {
      const { occurrences, scanned } = await scan(selection)
      io.write(formatOccurrences(occurrences))
      tellUnreadable(scanned, io)
      return 0
    }
    let result = await judge()
    if (values['fix']) await fix(result.findings, io, isDryRun, format === 'pretty')
    if (values['fix'] && !isDryRun) result = await judge()
    const { scanned } = result
    const findings = result.findings.filter(({ severity }) => severity === 'error' || !values['quiet'])
    const sourceOf = findSources(project, io.cwd)
    const report: Report = { findings, rules, scanned, ms: performance.now() - started, sourceOf }
    io.write(await formats[format]!(report, io))
    // The other formats are lists of findings.
    if (format !== 'pretty' && format !== 'json') tellUnreadable(scanned, io)
    return findings.length > 0 ? 1 : 0
  },
}

function keyOf({ rule, location, line, column, message }: Finding): string {
  return [rule, location, line, column, message].join('\0')
}

function findRoots(paths: readonly string[], io: Io): string[] {
  const roots = (paths.length > 0 ? paths : ['.']).map((path) => resolve(io.cwd, path))
  for (const root of roots)
    if (!existsSync(root)) throw new UsageError(`${root} does not exist: expected a file or directory`)
  return [...new Set(roots)]
}

function tellUnreadable({ unreadable }: Tally, io: Io): void {
  for (const one of unreadable) io.writeError(`${describeUnreadable(one)}\n`)
}

/** Returns where each service's number comes from, for a registry in a file of the repository. */
function findSources({ registryFile }: Project, cwd: string): (service: string) => string | undefined {
  if (registryFile === undefined) return () => undefined
  const lines = readFileSync(registryFile, 'utf8').split('\n')
  const file = pathFrom(cwd, registryFile)
  return (service) => {
    const name = new RegExp(`^\\s*["']?${service}["']?\\s*:`)
    const index = lines.findIndex((line) => name.test(line))
    return index < 0 ? undefined : `${file}:${index + 1}`
  }
}

async function fix(findings: readonly Finding[], io: Io, isDryRun: boolean, isShown: boolean): Promise<void> {
  const [{ createTwoFilesPatch }, { writeFileSafely }] = await Promise.all([
    import('diff'),
    import('../registry/write.js'),
  ])
  const fixable = findings.filter((finding) => finding.fix !== undefined)
  for (const [location, own] of groupBy(fixable, (finding) => finding.location)) {
    const { file } = own[0]!
    const bytes = readFileSync(location)
    // Bytes that are not UTF-8 would change when they are written back.
    if (!isUtf8(bytes)) {
      io.writeError(`${file} is not UTF-8: skipped\n`)
      continue
    }
    const text = bytes.toString()
    const fixed = applyFixes(text, own)
    if (fixed === text) continue
    if (!isDryRun) await writeFileSafely(location, fixed, file, text)
    const patch = redact(createTwoFilesPatch(file, file, text, fixed, 'before', 'after', { context: 0 }))
    if (isShown) io.write(patch)
    else io.writeError(patch)
  }
}
