import { artifactNames } from '../generate/names.js'
import { UsageError } from '../command.js'
import type { Config, Ignore } from './config.js'

type Fields = Readonly<Record<string, unknown>>

const known = ['registry', 'artifacts', 'ignore']
const knownOfIgnore = ['files', 'rule', 'reason']

/**
 * A configuration whose every field is what its type says.
 *
 * @param source - where it stands, for messages
 * @throws {UsageError} one error that lists every problem
 */
export function parseConfig(value: unknown, source: string): Config {
  const problems = isObject(value) ? [...findProblems(value)] : ['it has to be an object']
  if (problems.length > 0) {
    throw new UsageError(`${source} is no configuration:\n${problems.map((problem) => `- ${problem}`).join('\n')}`)
  }
  return value as Config
}

function* findProblems({ registry, artifacts = [], ignore = [], ...others }: Fields): Generator<string> {
  for (const name of Object.keys(others)) yield `there is no field ${name}; there are ${known.join(', ')}`
  if (registry !== undefined && !isText(registry)) yield 'registry has to be the path of a module or a JSON file'

  if (!Array.isArray(artifacts)) yield 'artifacts has to be a list of names'
  else {
    for (const name of artifacts as unknown[]) {
      if ((artifactNames as readonly unknown[]).includes(name)) continue
      yield `artifacts holds ${JSON.stringify(name)}; there are ${artifactNames.join(', ')}`
    }
  }

  if (!Array.isArray(ignore)) yield 'ignore has to be a list of { files, rule, reason }'
  else
    for (const [index, entry] of (ignore as unknown[]).entries()) yield* findIgnoreProblems(entry, `ignore[${index}]`)
}

function* findIgnoreProblems(entry: unknown, path: string): Generator<string> {
  if (!isObject(entry)) {
    yield `${path} has to be an object { files, rule, reason }`
    return
  }
  const { files, rule, reason }: Partial<Record<keyof Ignore, unknown>> = entry
  for (const name of Object.keys(entry)) {
    if (!knownOfIgnore.includes(name)) yield `${path} has no field ${name}; there are ${knownOfIgnore.join(', ')}`
  }
  if (!isText(files)) yield `${path}.files has to be a glob`
  if (rule !== undefined && !isText(rule)) yield `${path}.rule has to be the name of a rule`
  if (!isText(reason)) yield `${path}.reason has to say why`
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
