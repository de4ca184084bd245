import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as ownRegistry from '@driftos/ports'
import { defineRegistry, type RangeTable, type RegistryDefinition, type ServiceTable } from '@driftos/ports/define'
import { createLocator, readProgram, type Match, type ProgramComment, type ProgramNode } from '@driftos/port-scanner'
import manifest from '../../package.json' with { type: 'json' }
import { attribute } from './attribution.js'
import { createContext } from './context.js'
import { adviseOn } from './formats/report.js'
import { findIgnoreComments, isSilencing } from './ignore-comment.js'
import { createNameIndex } from './names.js'
import { findConfig, pathFrom } from '../project/find-config.js'
import type { Occurrence } from './occurrence.js'
import { createRepository } from './repository.js'
import { occurrenceRules } from './rules/occurrence-rules.js'
import type { OccurrenceRule, RegistryView } from './rules/rule.js'
import { isSilent } from './silence.js'

/** The part of a linter that a rule uses, the same in ESLint and oxlint. */
export interface LintContext {
  readonly filename: string
  readonly cwd: string
  readonly sourceCode: {
    readonly text: string
    readonly ast: object
    getAllComments(): readonly object[]
  }
  report(problem: { loc: { start: LintPosition; end: LintPosition }; message: string }): void
}

/** The line from 1, the column from 0. */
export interface LintPosition {
  readonly line: number
  readonly column: number
}

/** A rule as ESLint and oxlint take it. */
export interface LintRule {
  readonly meta: {
    readonly type: 'problem' | 'suggestion'
    readonly docs: { readonly description: string }
    readonly schema: readonly []
  }
  create(context: LintContext): { Program(): void }
}

/** What a rule reports of a program. */
interface Problem {
  readonly rule: string
  readonly report: Parameters<LintContext['report']>[0]
}

/** The repository and the registry of each directory that the linter runs in. */
const workspaces = new Map<string, ReturnType<typeof openWorkspace>>()
/** What all rules found in a program, which each of them reports its own part of. */
const problemsOf = new WeakMap<object, readonly Problem[]>()

/**
 * The judgement of `driftos-ports check` on JavaScript and TypeScript, as a plugin for ESLint and oxlint: a
 * rule for each that looks at one number at a time.
 */
const plugin = {
  meta: { name: '@driftos/ports-cli', version: manifest.version },
  rules: Object.fromEntries(occurrenceRules.map((rule) => [rule.name, createRule(rule)])),
}
export default plugin

function createRule({ name, why, fix }: OccurrenceRule): LintRule {
  return {
    meta: { type: 'problem', docs: { description: `${why} ${fix}` }, schema: [] },
    create: (context) => ({
      Program() {
        const { ast } = context.sourceCode
        const problems = problemsOf.get(ast) ?? findProblems(context)
        problemsOf.set(ast, problems)
        for (const { rule, report } of problems) if (rule === name) context.report(report)
      },
    }),
  }
}

function findProblems({ filename, cwd, sourceCode }: LintContext): Problem[] {
  const { text, ast } = sourceCode
  const path = pathFrom(cwd, filename)
  const workspace = workspaces.get(cwd) ?? openWorkspace(cwd)
  workspaces.set(cwd, workspace)
  const { index, repository, registry, packageName } = workspace
  const around = repository.findPackage(path)
  const ignores = findIgnoreComments(text)
  const locate = createLocator(text)
  const comments = sourceCode.getAllComments().map(rangeOf)
  const place = { root: cwd, path, file: path, location: filename, kind: 'code', package: around } as const
  const toOccurrence = (match: Match): Occurrence => {
    const attribution = attribute(match, index, around, repository, place.kind)
    return { ...match, ...place, ...locate(match.start), attribution }
  }
  const occurrences = readProgram(ast as ProgramNode, comments, text, path)
    .map(toOccurrence)
    .filter((occurrence) => !isSilent(occurrence))
  const context = createContext(occurrences, registry, packageName)
  return occurrences.flatMap((occurrence) => {
    const { line, column, start, end } = occurrence
    const loc = { start: { line, column: column - 1 }, end: { line, column: column - 1 + end - start } }
    for (const rule of occurrenceRules) {
      const verdict = rule.judge(occurrence, context)
      if (!verdict) continue
      const isIgnored = ignores.some((ignore) => isSilencing(ignore, rule.name, line))
      return isIgnored ? [] : [{ rule: rule.name, report: { loc, message: adviseOn(verdict) } }]
    }
    return []
  })
}

function openWorkspace(cwd: string) {
  const { registry, packageName } = loadRegistry(cwd)
  const index = createNameIndex(registry.services)
  return { index, repository: createRepository(cwd, index), registry, packageName }
}

/**
 * Loads the registry of a directory. A rule cannot wait for a module, so another process loads it.
 *
 * @throws {Error} when there is none, or it is invalid
 */
function loadRegistry(cwd: string): { registry: RegistryView; packageName: string | undefined } {
  const bin = fileURLToPath(new URL('bin.cjs', import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, '__registry'], { cwd, encoding: 'utf8' })
  // A package that depends on the registry of DriftOS has the same one here, installed or not.
  if (status === 2 && !findConfig(cwd) && / is not installed in /.test(stderr)) {
    return { registry: ownRegistry, packageName: '@driftos/ports' }
  }
  if (status !== 0) throw new Error(stderr || 'Cannot start driftos-ports.')
  const { tables, packageName } = JSON.parse(stdout) as { tables: RegistryDefinition; packageName?: string }
  return { registry: defineRegistry<ServiceTable, RangeTable>(tables), packageName }
}

/** ESLint gives a comment's position as `range`, oxlint as `start` and `end` too. */
function rangeOf(comment: object): ProgramComment {
  const { start, end, range } = comment as Partial<ProgramComment> & { range?: readonly [number, number] }
  return { start: start ?? range![0], end: end ?? range![1] }
}
