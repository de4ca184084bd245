import { isMeasure, isPortLike, isPortsLike, type Mention } from './names.js'
import type { Clue, Role } from '../sighting.js'
import { isPortName } from '../words.js'

/** What is said of a value by where in the tree it stands; gathered from the value outward. */
export interface Place {
  /** What the number is, where the place says that it is a port. */
  role: Role | undefined
  isContainer: boolean
  isRemote: boolean
  /** Keys, variables and functions on the way to the value, the nearest first. */
  readonly names: string[]
  /** Variables of the environment whose value or default it is. */
  readonly variables: string[]
  /** Which element it is of the lists that it is in, the innermost first. */
  readonly indices: number[]
  /** What stands beside it. */
  readonly clues: Clue[]
  /** Whether it is a shell command, or a part of one. */
  isCommand: boolean
  /** Whether it is the default of something, which is called by what stands around it. */
  isDefault: boolean
  /** Whether it stands under a key of an object. */
  isKeyed: boolean
  /** Whether nothing further out can make a port of it. */
  isSettled: boolean
  /** Whether it is what a function returns. */
  isReturned: boolean
}

/** A place of which nothing is known yet. */
export function newPlace(): Place {
  return {
    role: undefined,
    isContainer: false,
    isRemote: false,
    names: [],
    variables: [],
    indices: [],
    clues: [],
    isCommand: false,
    isDefault: false,
    isKeyed: false,
    isSettled: false,
    isReturned: false,
  }
}

/** Says what a number is, unless something nearer to it has. */
export function claim(place: Place, role: Role): void {
  if (!place.isSettled) place.role ??= role
}

/** Adds a name around the value, which may make a port of it. */
export function takeName(place: Place, name: string | undefined): void {
  if (name === undefined) return
  const variable = /^(?:process|import\.meta)\.env\.(\w+)$/.exec(name)?.[1]
  if (variable !== undefined) {
    takeVariable(place, variable, 'env value')
    return
  }
  const depth = place.names.push(name)
  if (depth === 1 && isMeasure(name) && !isPortsLike(name)) place.isSettled = true
  if (depth === 1 ? isPortLike(name) || isPortsLike(name) : depth <= 3 && (isPortsLike(name) || isPortName(name))) {
    claim(place, 'listen')
  }
  if (depth === 1 && place.indices.length > 1 && /^(?:upstreams?|services|backends|servers|targets)$/i.test(name)) {
    claim(place, 'url')
  }
  if (depth === 1 && /^(?:command|cmd|args?|scripts?|exec|entrypoint|run)$/i.test(name)) place.isCommand = true
  if (depth > 1 && place.role === 'listen' && isEnvironment(name) && isVariableName(place.names[0]!))
    place.role = 'env value'
}

/** Adds a variable of the environment whose value or default it is. */
export function takeVariable(place: Place, name: string, role: Role = 'env default'): void {
  place.variables.push(name)
  if (isPortLike(name)) claim(place, role)
}

/** Adds what the value is compared with: a port where one is mentioned, and what else says whose. */
export function takeComparison(place: Place, mentions: readonly Mention[]): void {
  const port = mentions.find((mention) => isOfPort(mention))
  if (!port) return
  claim(place, port.isEnv ? 'env value' : 'listen')
  if (port.isEnv) place.variables.push(port.name)
  else place.clues.push({ kind: 'variable', text: port.name })
  for (const { name } of mentions) {
    if (name !== port.name && isTelling(name)) place.clues.push({ kind: 'name', text: name })
  }
}

/** Whether something mentioned is a port: the last of its names, or one of a list of ports. */
export function isOfPort({ name }: Mention): boolean {
  const names = name.split('.')
  const last = names.at(-1)!
  if (isMeasure(last)) return false
  return last === 'listen' || isPortLike(last) || isPortsLike(last) || (names.length > 1 && isPortsLike(names.at(-2)!))
}

/** Whether it is written as variables of the environment are: `CORE_PORT`. */
export function isVariableName(name: string): boolean {
  return /^[A-Z][A-Z\d_]*$/.test(name)
}

/** Whether a text beside a value may be what something is called. */
export function isTelling(text: string): boolean {
  return text.length <= 60 && /^[A-Za-z@][\w@/. -]+$/.test(text) && text !== 'localhost'
}

function isEnvironment(name: string): boolean {
  return /^(?:process\.)?env(?:ironment|vars?|_\w+)?$|^environment_?variables$/i.test(name)
}
