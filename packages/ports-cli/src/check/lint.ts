import { spawnSync } from 'node:child_process'
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as ownRegistry from '@driftos/ports'
import {
  defineRegistry,
  type PortRegistry,
  type RangeTable,
  type RegistryDefinition,
  type ServiceTable,
} from '@driftos/ports/define'
import { createLocator, readProgram, type Match, type ProgramComment, type ProgramNode } from '@driftos/port-scanner'
import manifest from '../../package.json' with { type: 'json' }
import { attribute } from './attribution.js'
import { createContext } from './context.js'
import { findIgnoreComments, isSilencing } from './ignore-comment.js'
import { createNameIndex, type NameIndex } from './names.js'
import { findConfig } from '../project/find-config.js'
import type { Occurrence } from './occurrence.js'
import { createRepository, type Repository } from './repository.js'
import { occurrenceRules } from './rules/occurrence-rules.js'
import type { OccurrenceRule, Verdict } from './rules/rule.js'
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

/** A rule's finding in a program. */
interface Problem {
  readonly rule: string
  readonly verdict: Verdict
  readonly line: number
  readonly column: number
  readonly length: number
}

/** The repository and the registry of a directory that the linter runs in. */
interface Workspace {
  readonly index: NameIndex
  readonly repository: Repository
  readonly registry: Pick<PortRegistry, 'services' | 'findService'>
  readonly packageName: string | undefined
}

const workspaces = new Map<string, Workspace>()
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
        for (const { rule, verdict, line, column, length } of problems) {
          if (rule !== name) continue
          const { message, suggestion } = verdict
          context.report({
            loc: { start: { line, column: column - 1 }, end: { line, column: column - 1 + length } },
            message: suggestion === undefined ? message : `${message}; write ${suggestion}`,
          })
        }
      },
    }),
  }
}

function findProblems({ filename, cwd, sourceCode }: LintContext): Problem[] {
  const { text, ast } = sourceCode
  const path = relative(cwd, filename).replaceAll(sep, '/')
  const { index, repository, registry, packageName } = workspaceOf(cwd)
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
    for (const rule of occurrenceRules) {
      const verdict = rule.judge(occurrence, context)
      if (!verdict) continue
      const isIgnored = ignores.some((ignore) => isSilencing(ignore, rule.name, line))
      return isIgnored ? [] : [{ rule: rule.name, verdict, line, column, length: end - start }]
    }
    return []
  })
}

function workspaceOf(cwd: string): Workspace {
  const known = workspaces.get(cwd)
  if (known) return known
  const { registry, packageName } = loadRegistry(cwd)
  const index = createNameIndex(registry.services)
  const workspace = { index, repository: createRepository(cwd, index), registry, packageName }
  workspaces.set(cwd, workspace)
  return workspace
}

/**
 * Loads the registry of a directory. A rule cannot wait for a module, so another process loads it.
 *
 * @throws {Error} when there is none, or it is invalid
 */
function loadRegistry(cwd: string): Pick<Workspace, 'registry' | 'packageName'> {
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
