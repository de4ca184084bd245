import { isUtf8 } from 'node:buffer'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
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
import type { Project } from '../project/project.js'
import { isTerminal } from '../output.js'
import { createProgress } from '../progress.js'
import { rules } from '../check/rules/index.js'
import { GitError, type FileSelection, type Tally } from '@driftos/port-scanner'

const formats = ['pretty', 'tsc', 'github', 'sarif', 'json']

export const command: Command = {
  summary: 'find the ports that disagree with the registry',
  usage: '[paths...]',
  positionals: { min: 0, max: Infinity },
  options: {
    format: { type: 'string', value: 'FORMAT', choices: formats, help: 'the output format; default pretty' },
    json: { type: 'boolean', help: 'the same as --format json' },
    fix: { type: 'boolean', help: 'write the right number where it is certain, and show the change' },
    'dry-run': { type: 'boolean', help: 'with --fix: only show the change' },
    quiet: { type: 'boolean', help: 'only errors' },
    staged: { type: 'boolean', help: 'only files with staged changes' },
    since: { type: 'string', value: 'REF', help: 'only files that differ from a commit' },
    occurrences: { type: 'boolean', help: 'print every number that was taken for a port, as JSON' },
  },
  details: `Rules:
${rules.map(({ name, why }) => `  ${name.padEnd(18)} ${why}`).join('\n')}

Each path is a directory; several are several repositories on one machine, which may not publish the same port.
The default is the working directory. Git-ignored files are skipped.
A comment driftos-ports-ignore on the line, or the line before, ignores a finding:
  // driftos-ports-ignore hard-coded-port: the browser has no registry
Exit code 1 when there is a finding.`,
  registry: 'required',
  async run({ values, positionals }, io, project) {
    const format = values['json'] || values['occurrences'] ? 'json' : String(values['format'] ?? 'pretty')
    const roots = findRoots(positionals, io)
    const { registry } = project
    const selection: FileSelection = {
      ...(values['staged'] === true && { staged: true }),
      ...(typeof values['since'] === 'string' && { since: values['since'] }),
    }
    const started = performance.now()
    const look = async () => {
      const progress = createProgress((text) => isTerminal(2) && io.writeError(text))
      return scanRoots(roots, io.cwd, registry, { ...selection, onProgress: progress.report })
        .catch((error: Error) => {
          throw error instanceof GitError ? new UsageError(error.message) : error
        })
        .finally(progress.end)
    }
    if (values['occurrences']) {
      const { occurrences, scanned } = await look()
      io.write(formatOccurrences(occurrences))
      tellUnreadable(scanned, io)
      return 0
    }
    let scan = await look()
    let findings = await findProblems(scan, project, io.cwd)
    const isDryRun = values['dry-run'] === true
    if (isDryRun && values['fix'] !== true) throw new UsageError('--dry-run needs --fix')
    if (values['fix']) await fix(findings, io, { isShown: format === 'pretty', isDryRun })
    if (values['fix'] && !isDryRun) {
      scan = await look()
      findings = await findProblems(scan, project, io.cwd)
    }
    if (values['quiet']) findings = findings.filter(({ severity }) => severity === 'error')
    const sourceOf = findSources(project, io.cwd)
    const report: Report = { findings, rules, scanned: scan.scanned, ms: performance.now() - started, sourceOf }
    io.write(await print(report, format, io))
    // The other formats are lists of findings.
    if (format !== 'pretty' && format !== 'json') tellUnreadable(scan.scanned, io)
    return findings.length > 0 ? 1 : 0
  },
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

async function print(report: Report, format: string, io: Io): Promise<string> {
  switch (format) {
    case 'tsc':
      return formatTsc(report)
    case 'github':
      return formatGithub(report)
    case 'sarif': {
      const [{ default: manifest }, { formatSarif }] = await Promise.all([
        import('../../package.json', { with: { type: 'json' } }),
        import('../check/formats/sarif.js'),
      ])
      return formatSarif(report, manifest.version, findRepository(io.cwd))
    }
    case 'json':
      return formatJson(report)
    default:
      return formatPretty(report, getColors(io))
  }
}

/** Returns where each service's number comes from, for a registry in a file of the repository. */
function findSources({ registryFile }: Project, cwd: string): (service: string) => string | undefined {
  if (registryFile === undefined) return () => undefined
  const lines = readFileSync(registryFile, 'utf8').split('\n')
  const file = relative(cwd, registryFile).split(sep).join('/')
  return (service) => {
    const name = new RegExp(`^\\s*["']?${service}["']?\\s*:`)
    const index = lines.findIndex((line) => name.test(line))
    return index < 0 ? undefined : `${file}:${index + 1}`
  }
}

/** Returns the nearest directory with `.git`, or the working directory. */
function findRepository(cwd: string): string {
  for (let directory = cwd; ; directory = dirname(directory)) {
    if (existsSync(join(directory, '.git'))) return directory
    if (directory === dirname(directory)) return cwd
  }
}

/** Writes the certain numbers, each file whole or not at all, and shows the difference. */
async function fix(
  findings: readonly Finding[],
  io: Io,
  { isShown, isDryRun }: { readonly isShown: boolean; readonly isDryRun: boolean },
): Promise<void> {
  const [{ createTwoFilesPatch }, { writeFileSafely }] = await Promise.all([
    import('diff'),
    import('../registry/write.js'),
  ])
  const fixable = findings.filter((finding) => finding.fix !== undefined)
  for (const [location, own] of groupBy(fixable, (finding) => finding.location)) {
    const bytes = readFileSync(location)
    // Bytes that are not UTF-8 would change when they are written back.
    if (!isUtf8(bytes)) {
      io.writeError(`${own[0]!.file} is not UTF-8: skipped\n`)
      continue
    }
    const text = bytes.toString()
    const fixed = applyFixes(text, own)
    if (fixed === text) continue
    const { file } = own[0]!
    if (!isDryRun) await writeFileSafely(location, fixed, file)
    const patch = redact(createTwoFilesPatch(file, file, text, fixed, 'before', 'after', { context: 0 }))
    if (isShown) io.write(patch)
    else io.writeError(patch)
  }
}
