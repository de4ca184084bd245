import { parseArgs } from 'node:util'
import { UsageError, type Command, type Input, type Option } from './command.js'
import { suggest, unexpectedValue } from './suggestion.js'

/** A text that is more likely an option than the value of one; a negative number is a value. */
const optionLike = /^(?:--|-[A-Za-z])/

/**
 * Parses the arguments of a command by its declaration.
 *
 * @throws {UsageError} for an unknown option, a missing, wrong or contradictory value, and too few or too many arguments
 */
export function parseArguments(
  args: readonly string[],
  { options, usage = '' }: Pick<Command, 'options' | 'usage'>,
): Input {
  const { min, max } = countPositionals(usage)
  const { tokens, positionals } = tokenize(args, options)
  const values: Record<string, string | boolean | string[] | undefined> = {}
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const { name, rawName } = token
    const option = Object.hasOwn(options, name) ? options[name]! : undefined
    if (!option) throw new UsageError(`Unknown option ${rawName}.${suggest(name, Object.keys(options), '--')}`)
    const value = readValue(token, option)
    const previous = values[name]
    if (option.multiple) values[name] = [...((previous as string[] | undefined) ?? []), String(value)]
    else if (previous === undefined || previous === value) values[name] = value
    else {
      const both = `${JSON.stringify(previous)} and ${JSON.stringify(value)}`
      throw new UsageError(`${rawName} is set twice: ${both}. Keep one of them.`)
    }
  }
  if (positionals.length > max) {
    const expected = usage ? `expected ${usage}` : 'expected no arguments'
    throw new UsageError(`Unexpected argument ${JSON.stringify(positionals[max])}: ${expected}.`)
  }
  if (positionals.length < min) {
    const given = positionals.map((text) => JSON.stringify(text)).join(' ')
    throw new UsageError(`Missing argument: expected ${usage}, got ${given || 'none'}.`)
  }
  return { values, positionals }
}

/** Counts the positional arguments of a usage such as `<service> [ports...]`. */
export function countPositionals(usage: string): { readonly min: number; readonly max: number } {
  const required = usage.replaceAll(/\[.*?\]/g, '').match(/<.*?>/g) ?? []
  const optional = usage.match(/\[.*?\]/g) ?? []
  return { min: required.length, max: /\.{3}|\u2026/.test(usage) ? Infinity : required.length + optional.length }
}

/** Splits arguments into options and positional arguments without checking them. */
export function tokenize(args: readonly string[], options: Command['options']) {
  // `list` and `show core` have no option: loading the parser would take longer than all else that they do.
  if (!args.some((arg) => arg.startsWith('-'))) {
    return { tokens: args.map((value, index) => ({ kind: 'positional', index, value }) as const), positionals: args }
  }
  const types = Object.entries(options).map(([name, { value, short }]) => {
    return [name, { type: value ? 'string' : 'boolean', ...(short && { short }) }] as const
  })
  return parseArgs({
    args: [...args],
    options: Object.fromEntries(types),
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
}

function readValue(
  { rawName, value, inlineValue }: { rawName: string; value: string | undefined; inlineValue: boolean | undefined },
  { value: placeholder, choices }: Option,
): string | boolean {
  if (placeholder === undefined) {
    if (value === undefined) return true
    throw new UsageError(`${rawName} takes no value, got ${JSON.stringify(value)}.`)
  }
  if (value === undefined) throw new UsageError(`${rawName} needs a value: ${rawName} ${placeholder}.`)
  if (!inlineValue && optionLike.test(value)) {
    const separator = rawName.startsWith('--') ? '=' : ''
    throw new UsageError(
      `${rawName} needs a value, got the option ${value}. If that is the value, write ${rawName}${separator}${value}.`,
    )
  }
  if (choices && !choices.includes(value)) throw unexpectedValue(rawName, value, choices)
  return value
}
