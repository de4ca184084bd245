import { tokenize } from '../command-line.js'
import type { Command, Option } from '../command.js'
import type { PortRegistry } from '@driftos/ports/define'

/** What completion needs from the command line. */
export interface Context {
  readonly commands: readonly string[]
  readonly leadingOptions: Command['options']
  readonly loadCommand: (name: string) => Promise<Command>
  /** The options of a command with the global ones. */
  readonly optionsOf: (command: Command) => Command['options']
  /** Loads the registry; rejects without one. */
  readonly loadRegistry: () => Promise<PortRegistry>
}

interface Candidate {
  readonly value: string
  readonly description?: string
}

/** Requests file names instead of candidates. */
const files: Candidate = { value: ':files' }

/**
 * Completes a word of the command line.
 *
 * @param position - which word is completed, from 1
 * @param words - the words after the name of the program
 * @returns one candidate a line, with a tab and a description, or `:files` to request file names
 */
export async function complete(position: number, words: readonly string[], context: Context): Promise<string> {
  // Bash splits `--format=json` into three words.
  const isSplit = (word: string, index: number) => word === '=' && (words[index - 1] ?? '').startsWith('--')
  const current = words[position - 1] ?? ''
  const previous = words.slice(0, position - 1).filter((word, index) => !isSplit(word, index))
  const start = isSplit(current, position - 1) ? '' : current
  const all = await findCandidates(previous, start, context)
  const candidates = all.includes(files) ? [files] : all.filter(({ value }) => value.startsWith(start))
  return candidates
    .map(({ value, description }) => (description ? `${value}\t${description}\n` : `${value}\n`))
    .join('')
}

/** Returns the candidates for a word, whatever it starts with. */
async function findCandidates(
  previous: readonly string[],
  current: string,
  context: Context,
): Promise<readonly Candidate[]> {
  const first = tokenize(previous, context.leadingOptions).tokens.find(({ kind }) => kind === 'positional')
  const name = first && previous[first.index]
  if (name !== undefined && name !== 'help' && !context.commands.includes(name)) return []
  const command = name === undefined || name === 'help' ? undefined : await context.loadCommand(name)
  const options = command ? context.optionsOf(command) : context.leadingOptions
  const rest = command ? previous.filter((_, index) => index !== first!.index) : previous

  const { tokens, positionals } = tokenize(rest, options)
  if (!tokens.some(({ kind }) => kind === 'option-terminator')) {
    const last = tokens.at(-1)
    if (last?.kind === 'option' && last.value === undefined && options[last.name]?.type === 'string') {
      return listValues(options[last.name]!, context)
    }
    const [, inline] = /^--([^=]+)=/.exec(current) ?? []
    if (inline !== undefined) {
      const option = Object.hasOwn(options, inline) ? options[inline]! : undefined
      const values = option?.type === 'string' ? await listValues(option, context) : []
      return values.map((one) => (one === files ? one : { value: `--${inline}=${one.value}` }))
    }
    if (current.startsWith('-')) {
      const used = new Set(tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : [])))
      return listOptions(options, used)
    }
  }
  if (!command) return name === 'help' && positionals.length > 1 ? [] : listCommands(context)
  const values = await listArguments(command, positionals.length, context)
  return values.filter(({ value }) => !positionals.includes(value))
}

function listOptions(options: Command['options'], used: ReadonlySet<string>): Candidate[] {
  return Object.entries(options)
    .filter(([name, { multiple }]) => multiple || !used.has(name))
    .map(([name, { help }]) => ({ value: `--${name}`, description: help }))
}

async function listCommands({ commands, loadCommand }: Context): Promise<Candidate[]> {
  const named = commands.map(async (name) => ({ value: name, description: (await loadCommand(name)).summary }))
  return [...(await Promise.all(named)), { value: 'help', description: 'print the help of a command' }]
}

async function listValues({ choices, value = '' }: Option, context: Context): Promise<readonly Candidate[]> {
  return choices ? choices.map((choice) => ({ value: choice })) : listKinds(value.toLowerCase().split('|'), context)
}

/** Lists the values of the positional argument at an index, by its placeholder in the usage. */
async function listArguments(
  { usage, positionals }: Command,
  index: number,
  context: Context,
): Promise<readonly Candidate[]> {
  if (index >= (positionals?.max ?? 0)) return []
  const placeholders = [...usage.matchAll(/[a-z]+(?:\|[a-z]+)*/g)].map(([placeholder]) => placeholder)
  return listKinds((placeholders[index % placeholders.length] ?? '').split('|'), context)
}

/** Placeholders whose values are not completed, and those of file names. */
const open = new Set('port offset name text n seconds ref version package variable id'.split(' '))
const paths = new Set('path paths file directory program arguments'.split(' '))

/** Lists the values of the kinds that a placeholder names; a word that is no kind, such as a shell, is itself a value. */
async function listKinds(kinds: readonly string[], context: Context): Promise<readonly Candidate[]> {
  const lists = kinds.map(async (kind): Promise<readonly Candidate[]> => {
    if (/^services?$/.test(kind)) return describe((await context.loadRegistry()).services)
    if (kind === 'range') return describe((await context.loadRegistry()).ranges)
    if (kind === 'command') return listCommands(context)
    if (paths.has(kind)) return [files]
    return open.has(kind) || kinds.length === 1 ? [] : [{ value: kind }]
  })
  return (await Promise.all(lists)).flat()
}

function describe(table: Readonly<Record<string, { readonly summary: string }>>): Candidate[] {
  return Object.entries(table).map(([value, { summary }]) => ({ value, description: summary }))
}
