import { relative, sep } from 'node:path'
import { findService, history, ranges, retired, services } from '@driftos/ports'
import manifest from '../../package.json' with { type: 'json' }
import { findIgnoreComments, isSilencing } from './ignore-comment.js'
import { createFindPackageName, type FindPackageName } from './attribution/enclosing-package.js'
import { createFindMeaning } from './attribution/attribution.js'
import { judge, occurrenceRules } from './rules/judge.js'
import type { OccurrenceRule, Verdict } from './rules/rule.js'
import { readProgram } from '@driftos/port-scanner'
import { createLocator } from '@driftos/port-scanner'

/** What a rule asks of its linter, which ESLint and oxlint alike answer. */
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

const findMeaning = createFindMeaning({ services, ranges, history })
/** The names of packages, by the folder that the linter runs in. */
const packageNames = new Map<string, FindPackageName>()
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
    meta: { type: 'problem', docs: { description: `${why}: ${fix}` }, schema: [] },
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
  const findPackageName = packageNames.get(cwd) ?? createFindPackageName(cwd)
  packageNames.set(cwd, findPackageName)
  const self = findPackageName(path)
  const ignores = findIgnoreComments(text)
  const locate = createLocator(text)
  type Program = Parameters<typeof readProgram>[0]
  type Comments = Parameters<typeof readProgram>[1]
  return readProgram(ast as Program, sourceCode.getAllComments() as Comments, text).flatMap((sighting) => {
    const { line, column, lineText } = locate(sighting.start)
    const meaning = findMeaning(sighting, { path, self })
    const judged = judge(
      {
        ...sighting,
        root: cwd,
        path,
        file: path,
        location: filename,
        kind: 'javascript',
        line,
        column,
        lineText,
        meaning,
      },
      { services, retired, findService },
    )
    if (!judged || ignores.some((ignore) => isSilencing(ignore, judged.rule, line))) return []
    return [{ ...judged, line, column, length: sighting.end - sighting.start }]
  })
}
