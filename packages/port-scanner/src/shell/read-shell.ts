import { forEachChild, parse, type Command, type ParameterExpansionPart, type SyntaxNode } from 'unbash'
import { findAddresses } from '../address.js'
import { readAssignment, type Spelled } from '../assignment.js'
import { findComments, readComments } from '../comments.js'
import type { Reader } from '../dialect.js'
import { extend, merge, parsePort, shift, type Evidence, type Match, type Role, type Side } from '../match.js'
import { isPortName } from '../names.js'
import { hasDeepBrackets } from '../nesting.js'
import { readCommandLine, unquote } from './command-line.js'

/** Where a script runs, and what reaching its own machine means. */
export interface ScriptOptions {
  /** Default: `host`. */
  readonly side?: Side
  /** Role of an address on the same machine. Default: `reach`. */
  readonly local?: Role
}

/** Scripts that start or check a container's process. */
const entrypoint = /(?:^|[/_.-])(?:entry(?:point)?|health-?check)(?:[_.-][\w.-]*)?$/i

/** Reads shell scripts. A part that is not valid is skipped by the parser. */
export const readShell: Reader = (text, path, refuse) => {
  if (hasDeepBrackets(text)) {
    refuse('nested too deep')
    return []
  }
  const side = entrypoint.test(path) ? 'container' : 'host'
  return merge(readScript({ text, start: 0 }, { side }), readComments(text, findComments(text, { line: ['#'] })))
}

/** Returns the ports of a script, or of a command line such as a package's script. */
export function readScript({ text, start }: Spelled, { side = 'host', local = 'reach' }: ScriptOptions = {}): Match[] {
  if (!/\d\d/.test(text)) return []
  const documents: Match[] = []
  const commands: Match[][] = []
  const expanded: Match[] = []
  const directories = new Map<SyntaxNode, string>()
  const variables = new Map([...text.matchAll(variable)].map(({ 1: name, 2: value }) => [name!, value!]))
  /** What runs on a condition: branches and functions are alternatives, so their containers do not run together. */
  const conditional = new Set<SyntaxNode>()
  const pending: SyntaxNode[] = [parse(text)]
  for (let node = pending.pop(); node; node = pending.pop()) {
    const isConditional = conditional.has(node) || /^(?:If|Case|Function)$/.test(node.type)
    // Positions inside escaped backticks are those of another text.
    if (node.type === 'Script' && node.source !== undefined) continue
    if (node.type === 'AndOr') noteDirectory(node.commands, directories)
    if (node.type === 'Command') {
      const directory = directories.get(node)
      const nested = scriptsIn(node, text).map((script) => readScript(script, { side, local }))
      const all = merge(...nested, readCommandLine(node, text, { side, local, variables }))
      const found = isConditional ? extend(all, { publication: undefined }) : all
      const isUnnamed = directory !== undefined && !found.some(hasBlock)
      commands.unshift(isUnnamed ? extend(found, { evidence: [{ kind: 'block', text: directory }] }) : found)
    } else if (node.type === 'ParameterExpansion') expanded.push(...readDefault(node, text))
    else if (node.type === 'HereDoc') documents.push(...readHereDocument(node.body.pos, node.body.end, text))
    forEachChild(node, (child) => {
      pending.push(child)
      if (isConditional) conditional.add(child)
    })
  }
  const found = merge(documents, ...commands, expanded).flatMap((match) => {
    const isSet = match.role === 'value' || match.role === 'default'
    const isOwn = match.host === undefined ? isSet : match.host === 'local'
    return isOwn && side === 'container' ? extend([match], { side }) : match
  })
  return shift(found, start)
}

/** `cd apps/core && next dev -p 3000`: the directory names the owner of what follows. */
function noteDirectory(commands: readonly SyntaxNode[], directories: Map<SyntaxNode, string>): void {
  let directory: string | undefined
  for (const command of commands) {
    if (command.type !== 'Command') continue
    if (directory !== undefined) directories.set(command, directory)
    const [target] = command.suffix
    const isPath = command.name?.value === 'cd' && target?.type === 'Word' && /^[\w./@-]+$/.test(target.value)
    if (isPath) directory = target.value.replace(/\/+$/, '').replace(/^.*\//, '')
  }
}

/** `${CORE_PORT:-3001}`, `${PORT:=3000}` */
function readDefault({ parameter, operation }: ParameterExpansionPart, text: string): Match[] {
  if (operation?.type !== 'Default' || !/[-=]/.test(operation.operator)) return []
  const value = unquote({
    text: text.slice(operation.operand.pos, operation.operand.end),
    start: operation.operand.pos,
  })
  const port = isPortName(parameter) ? parsePort(value.text) : undefined
  if (port === undefined) {
    const addresses = extend(shift(findAddresses(value.text), value.start), { override: parameter })
    return extend(addresses, { evidence: [{ kind: 'variable', text: parameter }] })
  }
  const evidence: Evidence[] = [{ kind: 'variable', text: parameter }]
  const range = { start: value.start, end: value.start + value.text.length }
  return [{ port, ...range, role: 'default', side: 'host', evidence, override: parameter }]
}

/** A here-document often writes a file of settings. */
function readHereDocument(from: number, to: number, text: string): Match[] {
  const body = text.slice(from, to)
  const lines = [...body.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Z][A-Z\d_]*)=(.*)$/gm)]
  const values = new Map(lines.map(({ 1: name, 2: value }) => [name!, value!]))
  const sibling = (name: string) => values.get(name)
  const settings = lines.flatMap(({ 0: line, 1: name, 2: value, index }) =>
    readAssignment(name!, unquote({ text: value!, start: index + line.length - value!.length }), { sibling }),
  )
  return shift(merge(settings, findAddresses(body)), from)
}

/** A variable with a plain value on a line. */
const variable = /^[ \t]*(?:export[ \t]+)?(\w{1,60})=["']?([\w.-]{1,80})["']?[ \t]*(?:[ \t]#.*)?$/gm

/** Commands that run the scripts in their arguments: `concurrently "next dev" "vite"`, `bash -c "…"`. */
const wrappers =
  /(?:^|[/ ])(?:concurrently|(?:ba|z|da)?sh|start-server-and-test|start-test|run-p|npm-run-all|xargs|watch|nodemon)$/

function scriptsIn({ name, suffix }: Command, text: string): Spelled[] {
  if (name === undefined || !wrappers.test(name.value)) return []
  return suffix.flatMap((word) => {
    const script = unquote({ text: text.slice(word.pos, word.end), start: word.pos })
    return script.start > word.pos && /\s/.test(script.text) ? [script] : []
  })
}

function hasBlock({ evidence }: Match): boolean {
  return evidence.some(({ kind }) => kind === 'block')
}
