import { countPositionals, tokenize } from '../command-line.js'
import type { Command, Option } from '../command.js'
import { commands, leadingOptions, loadCommand, splitAtCommand } from '../commands.js'
import { loadProject } from '../project/project.js'

/** Requests file names instead of candidates. */
const files = ':files'

/**
 * Completes a word of the command line.
 *
 * @param position - which word is completed, from 1
 * @param words - the words after the name of the program
 * @param cwd - the directory of the registry whose services and ranges are candidates
 * @returns one candidate a line, with a tab and a description, or `:files` to request file names
 */
export async function complete(position: number, words: readonly string[], cwd: string): Promise<string> {
  // Bash splits `--format=json` into three words.
  const isSplit = (word: string, index: number) => word === '=' && (words[index - 1] ?? '').startsWith('--')
  const current = words[position - 1] ?? ''
  const previous = words.slice(0, position - 1).filter((word, index) => !isSplit(word, index))
  const start = isSplit(current, position - 1) ? '' : current
  const all = await findCandidates(previous, start, cwd)
  const candidates = all.includes(files) ? [files] : all.filter((candidate) => candidate.startsWith(start))
  return candidates.map((candidate) => `${candidate}\n`).join('')
}

async function findCandidates(previous: readonly string[], current: string, cwd: string): Promise<readonly string[]> {
  const { name, before, rest } = splitAtCommand(previous)
  if (name !== undefined && name !== 'help' && !Object.hasOwn(commands, name)) return []
  const command = name === undefined || name === 'help' ? undefined : await loadCommand(name)
  const options = command?.options ?? leadingOptions
  const { tokens, positionals } = tokenize(command ? [...before, ...rest] : previous, options)
  if (!tokens.some(({ kind }) => kind === 'option-terminator')) {
    const last = tokens.at(-1)
    if (last?.kind === 'option' && last.value === undefined && options[last.name]?.value) {
      return listValues(options[last.name]!, cwd)
    }
    const [, inline] = /^--([^=]+)=/.exec(current) ?? []
    if (inline !== undefined) {
      const option = Object.hasOwn(options, inline) ? options[inline]! : undefined
      const values = option?.value ? await listValues(option, cwd) : []
      return values.map((one) => (one === files ? one : `--${inline}=${valueOf(one)}`))
    }
    if (current.startsWith('-')) {
      const used = new Set(tokens.flatMap((token) => (token.kind === 'option' ? token.name : [])))
      return Object.entries(options)
        .filter(([option, { multiple }]) => multiple || !used.has(option))
        .map(([option, { help }]) => `--${option}\t${help}`)
    }
  }
  if (!command) return name === 'help' && positionals.length > 1 ? [] : listCommands()
  const values = await listArguments(command, positionals.length, cwd)
  return values.filter((candidate) => !positionals.includes(valueOf(candidate)))
}

/** Returns a candidate without its description. */
function valueOf(candidate: string): string {
  return candidate.replace(/\t.*/, '')
}

async function listCommands(): Promise<string[]> {
  const named = Object.keys(commands).map(async (name) => `${name}\t${(await loadCommand(name)).summary}`)
  return [...(await Promise.all(named)), 'help\tprint the help of a command']
}

async function listValues({ choices, value = '' }: Option, cwd: string): Promise<readonly string[]> {
  return choices ?? listKinds(value.toLowerCase(), cwd)
}

/** Lists the values of the positional argument at an index, by its placeholder in the usage. */
async function listArguments({ usage = '' }: Command, index: number, cwd: string): Promise<readonly string[]> {
  const placeholders = usage.match(/[a-z]+(?:\|[a-z]+)*/g) ?? []
  return index < countPositionals(usage).max ? listKinds(placeholders[index % placeholders.length]!, cwd) : []
}

/** Alternatives in a placeholder whose values are not completed, and those of file names. */
const open = new Set(['port', 'offset', 'ref', 'version', 'package'])
const paths = new Set(['path', 'paths', 'file', 'directory', 'program', 'arguments'])

/** Lists the values of the kinds that a placeholder names; a word that is no kind, such as a shell, is itself a value. */
async function listKinds(placeholder: string, cwd: string): Promise<readonly string[]> {
  const kinds = placeholder.split('|')
  const lists = kinds.map(async (kind): Promise<readonly string[]> => {
    if (/^services?$/.test(kind)) return describe((await loadProject(cwd)).registry.services)
    if (kind === 'range') return describe((await loadProject(cwd)).registry.ranges)
    if (paths.has(kind)) return [files]
    return open.has(kind) || kinds.length === 1 ? [] : [kind]
  })
  return (await Promise.all(lists)).flat()
}

function describe(table: Readonly<Record<string, { readonly summary: string }>>): string[] {
  return Object.entries(table).map(([name, { summary }]) => `${name}\t${summary}`)
}
