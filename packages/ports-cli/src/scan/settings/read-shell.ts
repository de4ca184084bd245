import { commentClues, isAlone, withComments, type Span } from '../text/comment.js'
import { linesOf } from '../text/lines.js'
import { parseShell, type ArrayLiteral, type Command, type Script } from './shell.js'
import { inContainer, merge, sight } from '../sight.js'
import { shift, withClues, type Clue, type Reader, type Sighting } from '../sighting.js'
import { readText } from '../text/text.js'
import { isPortName, isPortsName } from '../words.js'

/**
 * The ports in a shell script, or in a single command: sh, bash, zsh and fish by their words, PowerShell and batch
 * files line by line.
 */
export const readShell: Reader = (text, path) => {
  if (/\.(?:ps1|psm1|psd1)$/i.test(path)) return readLines(text, /^\s*(?:#|<#)/)
  if (/\.(?:bat|cmd)$/i.test(path)) return readLines(text, /^\s*(?:@?rem\b|::)/i)
  return /(?:^|\/)procfile(?:\.\w+)?$/i.test(path) ? readProcfile(text) : readScript(text)
}

/** `web: node server.js --port 3000`: what runs, and the command for it. */
function readProcfile(text: string): Sighting[] {
  return [...linesOf(text)].flatMap(({ start, text: line }) => {
    const name = /^([\w-]+):/.exec(line)?.[1]
    const from = name === undefined ? 0 : name.length + 1
    const clues: Clue[] = name === undefined ? [] : [{ kind: 'name', text: name }]
    return shift(withClues(readScript(line.slice(from)), clues), start + from)
  })
}

/** A language with a line comment and commands that look like a shell's. */
function readLines(text: string, comment: RegExp): Sighting[] {
  const found: Sighting[][] = []
  let above: Clue[] = []
  for (const { start, text: line } of linesOf(text)) {
    if (comment.test(line)) {
      found.push(shift(readText(line, { style: 'prose' }), start))
      above = commentClues(line.replace(comment, ''))
    } else {
      const { commands } = parseShell(line)
      const sightings = merge(
        commands.flatMap((command) => readWords(wordsOf(line, command), line)),
        readText(line, { style: 'code' }),
      )
      found.push(shift(withClues(sightings, above), start))
      above = []
    }
  }
  return merge(found.flat())
}

function readScript(text: string): Sighting[] {
  const script = parseShell(text)
  const { comments, heredocs } = script
  const inComments = comments.map(({ start, end }) =>
    shift(readText(text.slice(start, end), { style: 'prose' }), start),
  )
  const inHeredocs = heredocs.map(({ start, end }) => shift(readText(text.slice(start, end), { style: 'code' }), start))
  const inCode = betweenSpans(text, [...comments, ...heredocs]).map(({ start, end }) =>
    shift(readText(text.slice(start, end), { style: 'code' }), start),
  )
  const inWords = [...readCommands(text, script), ...script.arrays.flatMap((array) => readArray(text, array))]
  const code = merge(inWords, inCode.flat())
  return merge(withComments(text, describe(text, script, code), comments), inComments.flat(), inHeredocs.flat())
}

/** The parts of a text outside the spans. */
function betweenSpans(text: string, spans: readonly Span[]): Span[] {
  const between: Span[] = []
  let start = 0
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    if (span.start > start) between.push({ start, end: span.start })
    start = Math.max(start, span.end)
  }
  if (start < text.length) between.push({ start, end: text.length })
  return between
}

/** A word without its quotes, and where that begins. */
interface Word {
  readonly start: number
  readonly text: string
}

/** A longer word holds no single port. */
const maxWordLength = 400

function wordsOf(text: string, command: Command): Word[] {
  return command.words.map(({ start, end }) => {
    const quote = text[start] === '"' || text[start] === "'" ? 1 : 0
    const isClosed = quote === 1 && end - start > 1 && text[end - 1] === text[start]
    return {
      start: start + quote,
      text: text.slice(start + quote, Math.min(isClosed ? end - 1 : end, start + maxWordLength)),
    }
  })
}

/** Words before the command that is run. */
const prefixes =
  /^(?:sudo|exec|env|nohup|time|command|then|do|else|if|elif|while|until|!|npx|bunx|yarn|pnpm|dlx|-y|cross-env|\{|@|\$|>)$/

/** The command's own words: without the assignments and the like before them. */
function run(words: readonly Word[]): readonly Word[] {
  let first = 0
  while (first < words.length && (prefixes.test(words[first]!.text) || /^[A-Za-z_]\w*=/.test(words[first]!.text)))
    first++
  return words.slice(first)
}

const nameOf = (word: Word | undefined): string => word?.text.replace(/^.*\//, '') ?? ''

/** A word of digits, or what it ends in behind `prefix`. */
function sightWord(
  word: Word | undefined,
  prefix: RegExp,
  role: Sighting['role'],
  clues: readonly Clue[] = [],
): Sighting[] {
  if (!word) return []
  const skipped = prefix.exec(word.text)?.[0].length ?? -1
  return skipped === -1
    ? []
    : sight(word.text, skipped, word.text.length, role, 'host', clues).flatMap((one) => shift([one], word.start))
}

const whole = /^/

/** The ports that a script's commands take as words, by what each command does with them. */
function readCommands(text: string, script: Script): Sighting[] {
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
    const [name, ...rest] = run(own)
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

/** The words among a command's that name something. */
function labelsOf(words: readonly Word[]): Clue[] {
  return words
    .filter(({ text }) => /^[A-Za-z][\w .()-]{1,60}$/.test(text))
    .slice(0, 3)
    .map(({ text }) => ({ kind: 'label', text }) as const)
}

/** Commands that talk to a server whose port is behind `-p`. */
const clients =
  /^(?:psql|pg_isready|pg_dump|pg_dumpall|pg_restore|createdb|dropdb|createuser|redis-cli|redis-benchmark|ssh|ssh-keyscan|sshpass|mosquitto_pub|mosquitto_sub)$/

function readWords(words: readonly Word[], text: string): Sighting[] {
  const found = words.map((word) => readWord(word))
  const [first, ...rest] = run(words)
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

/** What one word tells by itself: `PORTS="3000 3001"`, `PORTS[core]=3001`, `TCP-LISTEN:3000`, `--dport=3000`. */
function readWord({ start, text }: Word): Sighting[] {
  const list = /^(\w+)=["']?(?=\d)/.exec(text)
  if (list && (isPortsName(list[1]!) || isPortName(list[1]!))) {
    const clues: Clue[] = [{ kind: 'variable', text: list[1]! }]
    return shift(readNumbers(text, list[0].length, clues), start)
  }
  const element = /^(\w+)\[["']?([\w-]+)["']?\]=["']?(?=\d)/.exec(text)
  if (element && (isPortsName(element[1]!) || isPortName(element[1]!))) {
    const clues: Clue[] = [
      { kind: 'name', text: element[2]! },
      { kind: 'variable', text: element[1]! },
    ]
    return shift(readNumbers(text, element[0].length, clues), start)
  }
  const relay = /^TCP[46]?(-LISTEN)?:(?:[\w.-]+:)?(?=\d)/i.exec(text)
  if (relay) {
    const digits = /^\d+/.exec(text.slice(relay[0].length))![0]
    const from = relay[0].length
    return shift(sight(text, from, from + digits.length, relay[1] === undefined ? 'url' : 'listen'), start)
  }
  return []
}

/** The numbers of a list, from a position on, while there is nothing else. */
function readNumbers(text: string, from: number, clues: readonly Clue[]): Sighting[] {
  const list = /^\d+(?:[ ,]{1,3}\d+)*(?=["']?$)/.exec(text.slice(from))?.[0] ?? ''
  return [...list.matchAll(/\d+/g)].flatMap(({ index, 0: digits }) =>
    sight(text, from + index, from + index + digits.length, 'env value', 'host', clues),
  )
}

/** `psql -h db -p 5433`: the client says what it talks to. */
function readClient(name: string, words: readonly Word[]): Sighting[] {
  const hostFlag = words.findIndex((word) => word.text === '-h')
  const host = hostFlag === -1 ? '' : (words[hostFlag + 1]?.text ?? '')
  const isContainer = /^[a-z][\w-]*$/.test(host) && host !== 'localhost'
  const clues: Clue[] = [...(isContainer ? [{ kind: 'name', text: host } as const] : []), { kind: 'label', text: name }]
  return words.flatMap((word, index) => {
    const sightings =
      words[index - 1]?.text === '-p'
        ? sightWord(word, whole, 'flag', clues)
        : sightWord(word, /^-p(?=\d)/, 'flag', clues)
    return isContainer ? inContainer(sightings) : sightings
  })
}

/** `nc -z localhost 5433`, `nc -l 3000`. */
function readNetcat(words: readonly Word[]): Sighting[] {
  const host = words.find(
    (word, index) =>
      /^[A-Za-z$\d][\w.${}:-]*$/.test(word.text) &&
      !/^\d+$/.test(word.text) &&
      !/^-\w*w$/.test(words[index - 1]?.text ?? ''),
  )
  const isListening = words.some((word) => /^-\w*l/.test(word.text))
  if (!host && !isListening) return []
  const isNamed = host !== undefined && /[a-z]/i.test(host.text) && host.text !== 'localhost'
  const clues: Clue[] = isNamed ? [{ kind: 'name', text: host.text.replaceAll(/[${}]/g, '') }] : []
  const behind = host ? words.slice(words.indexOf(host) + 1) : words
  const ports = behind.flatMap((word) => sightWord(word, whole, isListening ? 'listen' : 'url', clues)).slice(0, 1)
  const isContainer = isNamed && /^[a-z][\w-]*$/.test(host.text)
  return isContainer ? inContainer(ports) : ports
}

/** `for port in 3000 3001`, `for service in core:3001 embed:3002`. */
function readLoop([variable, , ...values]: readonly Word[]): Sighting[] {
  const name = variable?.text ?? ''
  if (isPortName(name) || name === 'p')
    return values.flatMap((word) => sightWord(word, whole, 'env value', [{ kind: 'variable', text: name }]))
  return values.flatMap((word) => readPair(word))
}

/** `core:3001`, `"Core|3001|/health"`: a name, a mark, a number. */
function readPair(word: Word): Sighting[] {
  const pair = /^([A-Za-z][\w .-]{0,60}?)[:|=;,](?=(\d{4,5})(?:$|[:|;,/]))/.exec(word.text)
  if (!pair || /time|delay|interval|limit|size|count|max|min|year/i.test(pair[1]!)) return []
  const from = pair[0].length
  return shift(
    sight(word.text, from, from + pair[2]!.length, 'env value', 'host', [{ kind: 'name', text: pair[1]! }]),
    word.start,
  )
}

/** `[ "$port" = 3000 ]`. */
function readTest(words: readonly Word[]): Sighting[] {
  return words.flatMap((word, index) => {
    const variable = /^\$\{?(\w+)\}?$/.exec(words[index - 2]?.text ?? '')?.[1] ?? ''
    const isCompared = /^(?:=|==|!=|-eq|-ne|=~)$/.test(words[index - 1]?.text ?? '')
    return isCompared && isPortName(variable)
      ? sightWord(word, whole, 'env value', [{ kind: 'variable', text: variable }])
      : []
  })
}

/** fish's `set -gx PORT 3000`. */
function readSet(words: readonly Word[]): Sighting[] {
  const name = words.find((word) => !word.text.startsWith('-'))
  if (!name || !(isPortName(name.text) || isPortsName(name.text))) return []
  return words.flatMap((word) => sightWord(word, whole, 'env value', [{ kind: 'variable', text: name.text }]))
}

/** `PORTS=(3000 3001)`, `SERVICES=("core:3001")`, `declare -A PORTS=([core]=3001)`. */
function readArray(text: string, array: ArrayLiteral): Sighting[] {
  const words = wordsOf(text, array)
  const isOfPorts = isPortsName(array.name) || isPortName(array.name)
  const variable: Clue = { kind: 'variable', text: array.name }
  return words.flatMap((word) => {
    const element = /^\[["']?([^\]"']{1,80})["']?\]=["']?(?=\d)/.exec(word.text)
    if (element && isOfPorts) {
      return shift(
        readNumbers(word.text, element[0].length, [{ kind: 'name', text: element[1]! }, variable]),
        word.start,
      )
    }
    const key = /^\[["']?(\d+)["']?\]=["']?([\w .-]*)/.exec(word.text)
    if (key && isOfPorts) {
      const from = word.text.indexOf(key[1]!)
      return shift(
        sight(word.text, from, from + key[1]!.length, 'env value', 'host', [{ kind: 'name', text: key[2]! }]),
        word.start,
      )
    }
    const pair = readPair(word)
    return isOfPorts && pair.length === 0 ? sightWord(word, whole, 'env value', [variable]) : pair
  })
}

/** The sightings in commands with what the command and the comment above it say. */
function describe(text: string, { commands, comments }: Script, sightings: readonly Sighting[]): Sighting[] {
  const outer = commands.filter((command) => command.depth === 0).toSorted((a, b) => a.start - b.start)
  let next = 0
  let comment = 0
  let subject: Subject | undefined
  return sightings.map((sighting) => {
    let hasMoved = false
    while (next < outer.length && outer[next]!.start <= sighting.start) {
      next += 1
      hasMoved = true
    }
    const command = outer[next - 1]
    if (!command) return sighting
    if (hasMoved || !subject) {
      while (comment < comments.length && comments[comment]!.start < command.start) comment += 1
      const above = comments[comment - 1]
      const isAbove =
        above && /^\r?\n[ \t]*(?:\S+[ \t]+){0,3}$/.test(text.slice(above.end, command.start).slice(0, 200))
      const clues = isAbove && isAlone(text, above.start) ? commentClues(text.slice(above.start, above.end)) : []
      subject = describeCommand(wordsOf(text, command), clues)
    }
    return subject.apply(sighting)
  })
}

interface Subject {
  apply(sighting: Sighting): Sighting
}

/** Options of `docker run` that stand alone. */
const switches =
  /^(?:-[ditPq]+|--(?:rm|init|privileged|detach|interactive|tty|read-only|publish-all|no-healthcheck|quiet|oom-kill-disable))$|^-.*=/

const runs = /^(?:run|create|exec)$/
const clusterRuns = /^(?:run|exec)$/

/** Commands that run others in containers, by the word for it. */
const engines: Readonly<Record<string, RegExp | undefined>> = {
  __proto__: null as never,
  docker: runs,
  podman: runs,
  nerdctl: runs,
  'docker-compose': runs,
  kubectl: clusterRuns,
  oc: clusterRuns,
}

/** What a command says of the ports in it: a container's name and image, and on which side they are. */
function describeCommand(words: readonly Word[], above: readonly Clue[]): Subject {
  const own = run(words)
  const verbs = engines[nameOf(own[0])]
  const verb = verbs ? own.findIndex(({ text }) => verbs.test(text)) : -1
  if (verb === -1) return { apply: (sighting) => withClues([sighting], above)[0]! }
  let target = verb + 1
  while (target < own.length && own[target]!.text.startsWith('-')) target += switches.test(own[target]!.text) ? 1 : 2
  const inside = own[target]
  const isExec = own[verb]!.text === 'exec'
  const named = own.findIndex(({ text }) => /^--name(?:$|=)/.test(text))
  const name = isExec ? inside?.text : own[named]?.text.includes('=') ? own[named].text.slice(7) : own[named + 1]?.text
  const clues: Clue[] = [
    ...((isExec || named !== -1) && name ? [{ kind: 'name', text: name } as const] : []),
    ...(!isExec && inside ? [{ kind: 'image', text: inside.text } as const] : []),
    ...above,
  ]
  return {
    apply(sighting) {
      const isInside =
        (inside !== undefined && sighting.start > inside.start) || (sighting.role.startsWith('env') && !isExec)
      const known = sighting.clues.filter((clue) => !(clue.kind === 'label' && /docker|podman/.test(clue.text)))
      return merge(
        [{ ...sighting, clues: known, ...(isInside && { side: 'container' }) }],
        [{ ...sighting, clues }],
      )[0]!
    },
  }
}
