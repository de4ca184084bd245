import { type Clue, type Sighting, shift, withClues } from '../sighting.js'
import type { Span } from '../text/comment.js'
import { readText } from '../text/text.js'
import { isPortName } from '../words.js'
import { clients, readClient, readNetcat } from './client.js'
import type { Script } from './parse-shell.js'
import { readLoop, readSet, readTest, readWord } from './values.js'
import { type Word, labelsOf, nameOf, ownWords, sightWord, whole, wordsOf } from './word.js'

/** The ports that a script's commands take as words, by what each command does with them. */
export function readCommands(text: string, script: Script): Sighting[] {
  const found: Sighting[][] = []
  const parameters = new Map<string, number>()
  let functionName = ''
  let isPortCase = false
  let pattern: Clue[] = []
  let previous = ''
  for (const command of script.commands) {
    const words = wordsOf(text, command)
    const first = words[0]!.text
    const second = words[1]?.text ?? ''
    const defined = first === 'function' ? second.replace(/\(\)$/, '') : /^([\w-]+)\(\)$/.exec(first)?.[1]
    if (defined !== undefined) functionName = defined
    if (first === '}' && command.depth === 0) functionName = ''
    if (/^esac\b/.test(first)) [isPortCase, pattern] = [false, []]
    if (first === 'case') isPortCase = isPortName(/^\$\{?(\w+)/.exec(second)?.[1] ?? '')
    const branch = /^\(?["']?([\w|.-]+)["']?\)$/.exec(first)?.[1]
    if (branch !== undefined) {
      pattern = [{ kind: 'name', text: branch }]
      if (isPortCase) found.push(sightWord({ start: words[0]!.start, text: branch }, whole, 'env value'))
    }
    for (const word of words) {
      const parameter = /^(\w+)=["']?\$\{?(\d)\b/.exec(word.text)
      if (parameter && functionName && isPortName(parameter[1]!)) parameters.set(functionName, Number(parameter[2]))
    }
    const own = branch === undefined ? words : words.slice(1)
    const [name, ...rest] = ownWords(own)
    if (name && isPortName(functionName) && /^(?:echo|printf|return)$/.test(name.text)) {
      found.push(
        rest.flatMap((word) =>
          sightWord(word, whole, 'env value', [...pattern, { kind: 'variable', text: functionName }]),
        ),
      )
    }
    const position = parameters.get(nameOf(name))
    if (position !== undefined) found.push(sightWord(rest[position - 1], whole, 'flag', labelsOf(rest)))
    if (/^(?:grep|egrep|findstr|rg)$/.test(nameOf(name)) && /^(?:netstat|ss|lsof)$/.test(previous)) {
      found.push(rest.flatMap((word) => sightWord(word, /^[:.]?(?=\d)/, 'flag')))
    }
    if (hasNumber(text, command)) found.push(withClues(readWords(own, text), pattern))
    if (/;;\s*$/.test(text.slice(command.end, command.end + 4))) pattern = []
    previous = nameOf(name)
  }
  return found.flat()
}

/** Whether there may be a port in a command; of a long one that is taken for granted. */
function hasNumber(text: string, { start, end }: Span): boolean {
  return end - start > 2000 || /\d/.test(text.slice(start, end))
}

export function readWords(words: readonly Word[], text: string): Sighting[] {
  const found = words.map((word) => readWord(word))
  const [first, ...rest] = ownWords(words)
  const name = nameOf(first)
  const numbersAs = (role: Sighting['role'], clues: readonly Clue[]) =>
    rest.flatMap((word) => sightWord(word, whole, role, clues))
  if (clients.test(name)) found.push(readClient(name, rest))
  else if (/^(?:nc|ncat|netcat|telnet)$/.test(name)) found.push(readNetcat(rest))
  else if (first && isPortName(name) && /^[a-z][\w-]*$/i.test(name)) found.push(numbersAs('flag', labelsOf(rest)))
  else if (name === 'for' && rest[1]?.text === 'in') found.push(readLoop(rest))
  else if (/^(?:\[|\[\[|test)$/.test(name)) found.push(readTest(rest))
  else if (/^(?:set|setx|setenv)$/.test(name)) found.push(readSet(rest))
  else if (/^(?:kill-port|fkill|wait-port|wait-for-port)$/.test(name)) found.push(numbersAs('flag', []))
  // `read_env_value GRAFANA_PORT 3000`: a variable and its default.
  for (const [index, word] of rest.entries()) {
    const variable = rest[index - 1]?.text ?? ''
    if (/^[A-Z][A-Z\d_]*$/.test(variable) && isPortName(variable)) {
      found.push(sightWord(word, whole, 'env default', [{ kind: 'variable', text: variable }]))
    }
  }
  const filter = rest.findIndex(({ text: word }) => /^--[ds]port$/.test(word))
  if (filter !== -1) found.push(sightWord(rest[filter + 1], whole, 'flag'))
  const isServing = rest.findIndex(
    (word, index) =>
      word.text === 'runserver' || (index > 0 && rest[index - 1]!.text === 'http' && word.text === 'ngrok'),
  )
  if (isServing !== -1) found.push(sightWord(rest[isServing + 1], whole, 'flag'))
  if (name === 'serve' || rest.some((word) => word.text === 'serve')) {
    const flag = rest.findIndex((word) => /^(?:-l|--listen)$/.test(word.text))
    if (flag !== -1) found.push(sightWord(rest[flag + 1], /^(?:tcp:\/\/[\w.]+:)?(?=\d)/, 'flag'))
  }
  if (/^(?:echo|printf)$/.test(name) && first) {
    const last = rest.at(-1)
    if (last) {
      const said = text.slice(rest[0]!.start, last.start + last.text.length)
      found.push(shift(readText(said, { style: 'prose' }), rest[0]!.start))
    }
  }
  return found.flat()
}
