import { kindOfCall } from './calls.js'
import { childOf, listOf, nameOf, propertyOf, stringOf, variablesOf, type Node, type Place } from './node.js'
import { isAddressName, isPortName } from '../names.js'
import { endOfChain, functionAround, functions, own, readObject, wrappers, type End, type Slot } from './owner.js'

/** Keys whose value is the default of the option around them. */
const defaultKeys = /^(?:default|devDefault|defaultValue|fallback)$/

/** Functions whose default parameters are the program's own. */
const starting =
  /^(?:(?:start|listen|serve|run|main|boot|bootstrap|launch|init|create)(?:Server|App|Http|Api)?|constructor)$/i

/** Returns the use of a value in a program. */
export function findSlot(value: Place): Slot {
  const names: string[] = []
  const replacing: string[] = []
  let isListItem = false
  let isTemplate = false
  let isTest = false
  let block: string | undefined
  const finish = (end: End = {}): Slot => ({
    use: 'value',
    keys: [],
    ...(block !== undefined && { block }),
    ...end,
    names: [...replacing, ...names],
    ...(replacing[0] !== undefined && { override: replacing[0] }),
    ...(isListItem && { isListItem }),
    ...(isTemplate && { use: 'template' }),
    ...(isTest && { isTest }),
  })
  const unknown = () => finish({ use: 'unknown' })

  for (let at = value; at.parent;) {
    const { key, parent } = at
    const { node } = parent
    if (wrappers.has(node.type)) {
      at = parent
      continue
    }
    switch (node.type) {
      case 'ConditionalExpression': {
        if (key === 'test') return unknown()
        const isTested = variablesOf(childOf(node, 'test')).some((name) => /^(?:CI|.*(?:TEST|E2E).*)$/.test(name))
        if (key === 'consequent' && isTested) isTest = true
        const other = childOf(node, key === 'consequent' ? 'alternate' : 'consequent')
        replacing.push(...variablesOf(other).filter((name) => !/^(?:CI|NODE_ENV)$/.test(name)))
        at = parent
        break
      }
      case 'LogicalExpression': {
        if (key === 'right' && node['operator'] !== '&&') {
          const left = childOf(node, 'left')
          // In `url.port || '6379'`, the scheme of an address implies the number.
          if (nameOf(left) === 'port' && /^(?:\w*ur[li]|parsed)$/i.test(nameOf(childOf(left, 'object')) ?? '')) {
            return finish({ use: 'unknown' })
          }
          const variables = variablesOf(left)
          replacing.push(...variables)
          if (variables.length === 0) block = readSetting(left, names) ?? block
        }
        at = parent
        break
      }
      case 'BinaryExpression': {
        if (node['operator'] === '+' && (at.node.type === 'TemplateLiteral' || stringOf(at.node) !== undefined)) {
          at = parent
          break
        }
        if (!/^[=!<>]=/.test(node['operator'] as string)) return unknown()
        names.push(nameOf(childOf(node, key === 'left' ? 'right' : 'left')) ?? '')
        return finish({ use: 'compare' })
      }
      case 'SwitchCase':
        names.push(nameOf(childOf(parent.parent?.node, 'discriminant')) ?? '')
        return finish({ use: 'compare' })
      case 'ArrayExpression': {
        // `['core', 3001]`
        const [first, second, ...others] = (node['elements'] as (Node | null)[]).slice(0, 3)
        if (at.node === second && others.length === 0) names.push(stringOf(first ?? undefined) ?? '')
        isListItem = true
        at = parent
        break
      }
      case 'AssignmentPattern':
        return readPattern(parent, names, replacing)
          ? finish({ ...parameterEnd(parent), isParameter: replacing.length === 0 })
          : unknown()
      case 'VariableDeclarator': {
        const name = nameOf(childOf(node, 'id'))
        if (name === undefined) return unknown()
        names.push(name)
        return finish()
      }
      case 'AssignmentExpression': {
        const left = childOf(node, 'left')
        // `port += 10` is a step.
        if (!/^(?:\?\?|\|\|)?=$/.test(node['operator'] as string)) return unknown()
        const variables = variablesOf(left)
        if (/^(?:\?\?|\|\|)=$/.test(node['operator'] as string)) replacing.push(...variables)
        names.push(...(variables.length > 0 ? variables : [nameOf(left) ?? '']))
        const object = nameOf(childOf(left, 'object'))
        const isOwn = object === undefined || own.test(object) || variables.length > 0
        return finish(isOwn ? {} : { block: object })
      }
      case 'PropertyDefinition':
      case 'AccessorProperty':
        names.push(nameOf(childOf(node, 'key')) ?? '')
        return finish()
      case 'TSEnumMember': {
        const owner = nameOf(childOf(parent.parent?.parent?.node ?? parent.parent?.node, 'id')) ?? ''
        const name = nameOf(childOf(node, 'id')) ?? ''
        names.push(name)
        return finish({ keys: [name, owner] })
      }
      case 'JSXAttribute':
        names.push(nameOf(childOf(node, 'name')) ?? '')
        return finish({ block: nameOf(childOf(parent.parent?.node, 'name')) ?? '' })
      case 'Property': {
        const name = nameOf(childOf(node, 'key'))
        const object = parent.parent
        if (key !== 'value' || name === undefined || object?.node.type !== 'ObjectExpression') return unknown()
        if (defaultKeys.test(name) && !isOwnDefault(object)) {
          const variable = stringOf(propertyOf(object.node, 'env'))
          if (variable !== undefined) replacing.push(variable)
          at = object
          break
        }
        names.push(name)
        // A schema's key is the variable: `PORT: z.coerce.number().default(3000)`.
        const isSchema = at.node.type === 'CallExpression' && replacing.length === 0 && /^[A-Z][A-Z\d_]+$/.test(name)
        if (!isSchema) return finish(readObject(object, [name]))
        replacing.push(names.pop()!)
        // What holds the result of a schema, such as `parsed`, does not own it.
        const { block: _block, ...end } = readObject(object, [name])
        return finish(end)
      }
      case 'ArrowFunctionExpression':
        if (key !== 'body') return unknown()
        at = parent
        break
      case 'ReturnStatement': {
        const around = functionAround(parent)
        if (!around) return unknown()
        if (around.node.type === 'FunctionDeclaration') {
          names.push(nameOf(childOf(around.node, 'id')) ?? '')
          return finish()
        }
        at = around
        break
      }
      case 'TemplateLiteral':
        isTemplate = true
        at = parent
        break
      case 'CallExpression':
      case 'NewExpression': {
        const call = readArgument(at, names, replacing)
        if (typeof call !== 'boolean') return finish(call)
        // `bot.start(process.env.PORT ?? 3000)`: the default of a port's variable is one, whatever is called with it.
        if (!call) return replacing.some(isPortName) ? finish() : unknown()
        at = endOfChain(parent)
        break
      }
      default:
        return unknown()
    }
  }
  return unknown()
}

/**
 * Reads the call that a value is an argument of. Returns how the way ends, true if it leads on through the call's
 * result, and false if the use is unknown.
 */
function readArgument({ node: value, parent }: Place, names: string[], replacing: string[]): End | boolean {
  const { node } = parent!
  const callee = childOf(node, 'callee')
  const args = listOf(node, 'arguments')
  const position = args.indexOf(value)
  if (position < 0) return false
  const name = nameOf(callee) ?? ''
  const kind = kindOfCall(name, callee?.type === 'MemberExpression')
  if (kind === 'default' && position === 0) {
    readChain(childOf(callee, 'object'), names, replacing)
    return true
  }
  // `v.optional(v.number(), 3000)`
  if (position === 1 && /^(?:optional|nullish|fallback|nullable)$/.test(name)) return true
  if (kind === 'run') return { use: 'run' }
  if (kind === 'test') return { use: 'compare' }
  // The radix.
  if (position > 0 && name === 'parseInt') return false
  const before = args.slice(0, position)
  const variables = before.flatMap((each) => variablesOf(each))
  if (variables.length > 0) {
    replacing.push(...variables)
    return true
  }
  for (const text of before.map(stringOf)) {
    const flag = /(?:^|[\s,])--([a-z][\w-]*)/.exec(text ?? '')?.[1]
    const found = flag ?? (/^[\w.:-]{1,60}$/.test(text ?? '') ? text!.replace(/^.*[.:]/, '') : undefined)
    const isSetting = /^(?:get|env|config|setting|option)/i.test(name) && isAddressName(found ?? '') && position === 1
    if (found === undefined || !(isPortName(found) || isSetting)) continue
    if (/^[A-Z][A-Z\d_]*$/.test(found)) {
      // `process.env` is written by `stubEnv('PORT', '3000')`, and read by `env('PORT', 3000)`.
      if (/^(?:set|stub|put)/i.test(name)) names.push(found)
      else replacing.push(found)
    } else names.push(found)
    const owner = /^([\w-]+)[.:]/.exec(text!)?.[1]
    if (owner !== undefined && !own.test(owner)) return { block: owner }
    return /^set|^option$/i.test(name) ? {} : true
  }
  if (kind === 'convert' && position === 0) return true
  if (kind === 'listen' && position < 2) return { use: 'listen' }
  // `net.connect(3000)`, but not `adapter.connect(15_000)`.
  const client = nameOf(childOf(callee, 'object')) ?? 'net'
  if (kind === 'connect' && position === 0 && /(?:net|tls|socket|client)$/i.test(client))
    return { use: 'connect', host: args[1] }
  return false
}

/** `options.port ?? 3000`, `config.get('redis.port') || 6379`: returns the owner of the setting, if it names one. */
function readSetting(value: Node | undefined, names: string[]): string | undefined {
  // `options?.port`
  const left = value?.type === 'ChainExpression' ? childOf(value, 'expression') : value
  const text = stringOf(listOf(left, 'arguments')[0])
  const path = text === undefined ? [nameOf(childOf(left, 'object')) ?? '', nameOf(left) ?? ''] : text.split(/[.:]/)
  const name = path.at(-1)!
  if (!isPortName(name))
    return left?.type === 'CallExpression' ? readSetting(listOf(left, 'arguments')[0], names) : undefined
  names.push(name)
  const owner = path.at(-2) ?? ''
  return owner === '' || own.test(owner) ? undefined : owner
}

/** `env.get('PORT').default(3000)`: the start of the chain names the variable. */
function readChain(chain: Node | undefined, names: string[], replacing: string[]): void {
  for (let at = chain, steps = 0; at && steps < 12; steps++) {
    const text = stringOf(listOf(at, 'arguments')[0])
    if (at.type === 'CallExpression' && text !== undefined && isPortName(text)) {
      if (/^[A-Z][A-Z\d_]*$/.test(text)) replacing.push(text)
      else names.push(text)
    }
    at = childOf(at, at.type === 'CallExpression' ? 'callee' : 'object')
  }
}

/** `{ PORT = 3000 } = process.env`, `function start(port = 3000)` */
function readPattern(pattern: Place, names: string[], replacing: string[]): boolean {
  const name = nameOf(childOf(pattern.node, 'left'))
  const property = pattern.parent
  // A part of a text that was split: `const [host, port = 8443] = address.split(':')`.
  if (property?.node.type === 'ArrayPattern') return false
  if (property?.node.type === 'Property') {
    const key = nameOf(childOf(property.node, 'key'))
    const source = childOf(property.parent?.parent?.node, 'init')
    const isEnvironment = /^(?:process)?env$/i.test(nameOf(source) ?? '')
    if (key === undefined) return false
    if (isEnvironment) replacing.push(key)
    else names.push(key)
  }
  if (name !== undefined && name !== names.at(-1)) names.push(name)
  return name !== undefined
}

/** A default parameter belongs to its function. */
function parameterEnd({ parent }: Place): End {
  let at = parent
  while (at && (at.node.type === 'Property' || at.node.type === 'ObjectPattern')) at = at.parent
  // `const { port = 3000 } = options` in a function is its caller's.
  if (at?.node.type === 'VariableDeclarator') at = functionAround(at)
  if (!at || !functions.has(at.node.type)) return {}
  const host = listOf(at.node, 'params').find((each) => /^host(?:name)?$/.test(nameOf(childOf(each, 'left')) ?? ''))
  const holder = at.parent?.node
  const name = nameOf(childOf(at.node, 'id') ?? childOf(holder, 'id') ?? childOf(holder, 'key')) ?? ''
  return { host: childOf(host, 'right'), ...(!starting.test(name) && { block: name }) }
}

/** Returns whether `default` is an object's own key, as in `{ default: 3000, test: 3001 }` of a map of ports. */
function isOwnDefault({ parent }: Place): boolean {
  return parent?.node.type === 'VariableDeclarator'
}
