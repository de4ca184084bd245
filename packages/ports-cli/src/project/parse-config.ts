import { listProblems } from '../usage-error.js'
import type { Config, Generator, Ignore } from './config.js'

type Fields = Readonly<Record<string, unknown>>

const fields = ['registry', 'generate', 'ignore', 'package']
const ignoreFields = ['files', 'rule', 'reason']

/**
 * Checks every field of a configuration.
 *
 * @param title - names the configuration in errors
 * @throws {UsageError} one error that lists every problem
 */
export function parseConfig(value: unknown, title: string): Config {
  const problems = isObject(value) ? [...findProblems(value)] : [`expected an object, got ${describe(value)}`]
  if (problems.length > 0) throw listProblems(`Invalid configuration in ${title}`, problems)
  return value as Config
}

function* findProblems({ registry, generate, ignore = [], package: manifest, ...others }: Fields) {
  for (const name of Object.keys(others)) yield `unknown field ${name}: expected one of ${fields.join(', ')}`
  if (!isText(registry)) {
    yield `registry: expected the path of a module or JSON file, or the name of a package, got ${describe(registry)}`
  }
  if (manifest !== undefined && !isText(manifest)) {
    yield `package: expected the path of a directory or package.json, got ${describe(manifest)}`
  }
  yield* findGenerateProblems(generate)
  if (!Array.isArray(ignore)) yield `ignore: expected a list of { files, rule, reason }, got ${describe(ignore)}`
  else
    for (const [index, entry] of (ignore as unknown[]).entries()) yield* findIgnoreProblems(entry, `ignore[${index}]`)
}

function* findGenerateProblems(generate: unknown) {
  // True in place of a list that is evaluated when a command needs it.
  if (generate === undefined || generate === true) return
  if (!Array.isArray(generate)) {
    yield `generate: expected a list of generators, got ${describe(generate)}`
    return
  }
  for (const [index, generator] of (generate as unknown[]).flat().entries()) {
    if (isGenerator(generator)) continue
    yield `generate, entry ${index + 1}: expected { file, region?, render(registry) }, such as envExample(), got ${describe(generator)}`
  }
}

function* findIgnoreProblems(entry: unknown, path: string) {
  if (!isObject(entry)) {
    yield `${path}: expected an object { files, rule, reason }, got ${describe(entry)}`
    return
  }
  const { files, rule, reason }: Partial<Record<keyof Ignore, unknown>> = entry
  for (const name of Object.keys(entry)) {
    if (!ignoreFields.includes(name)) yield `${path}: unknown field ${name}: expected one of ${ignoreFields.join(', ')}`
  }
  if (!isText(files)) yield `${path}.files: expected a glob, got ${describe(files)}`
  if (rule !== undefined && !isText(rule)) yield `${path}.rule: expected the name of a rule, got ${describe(rule)}`
  if (!isText(reason)) yield `${path}.reason: expected a text, got ${describe(reason)}`
}

function isGenerator(value: unknown): value is Generator {
  return (
    isObject(value) &&
    isText(value['file']) &&
    (value['region'] === undefined || isText(value['region'])) &&
    typeof value['render'] === 'function'
  )
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : (JSON.stringify(value) ?? `a ${typeof value}`)
}
