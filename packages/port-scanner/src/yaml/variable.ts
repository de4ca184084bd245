import type { Clue, Sighting } from '../sighting.js'
import { splitWords } from '../words.js'
import { dockerHost } from './container.js'
import type { Spelling } from './place.js'
import { isPortLike, readValue } from './value.js'

/** Addresses that are looked at from outside a container, however its own variables spell them. */
const outward =
  /^(?:NEXT_PUBLIC|VITE|REACT_APP|PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|GATSBY|VUE_APP)_|(?:^|_)(?:ORIGINS?|CORS|ADVERTISED|EXTERNAL|PUBLIC|REDIRECT|CALLBACK|FRONTEND|CLIENT|ROOT_URL|NEXTAUTH_URL|BROWSER)(?:_|$)/

/** `NAME=value`, as an item of a list. */
export function splitAssignment({
  raw,
  start,
}: Spelling): { readonly name: string; readonly value: Spelling } | undefined {
  const assignment = /^\s*([\w.-]{1,100})=/.exec(raw)
  if (!assignment) return undefined
  const { length } = assignment[0]
  return { name: assignment[1]!, value: { raw: raw.slice(length), start: start + length } }
}

/** What is known of a variable of a container's environment. */
export interface VariableOptions {
  /** What the container is called: whose port its own `PORT` is. */
  readonly owner: readonly Clue[]
  /** Whether the container has a network of its own, so that `localhost` is the container. */
  readonly isContained: boolean
  /** The other variables: whose host `DB_PORT` belongs to. */
  readonly siblingOf?: ((name: string) => string | undefined) | undefined
}

/** The ports in an environment variable. It speaks of what its name says, and of its container only where the name is any service's. */
export function readVariable(
  name: string,
  spelling: Spelling,
  { owner, isContained, siblingOf }: VariableOptions,
): Sighting[] {
  if (!/\d/.test(spelling.raw)) return []
  const sibling = isPortLike(name) ? siblingOf?.(name.replace(/PORT(?=[^T]*$)/, 'HOST')) : undefined
  const host = /^\$\{\w+:?-([^{}]*)\}$/.exec(sibling ?? '')?.[1] ?? sibling
  const isName = host !== undefined && /^[A-Za-z][\w-]*$/.test(host) && host !== 'localhost'
  const peer: Clue[] = isName ? [{ kind: 'name', text: host }] : []
  const isHosts = host !== undefined && dockerHost.test(host)
  const isOwn = isOwnName(name) && peer.length === 0
  const variable: Clue = { kind: 'variable', text: name }
  const isOutward = outward.test(name) && !name.endsWith('PORT')
  const side = isContained && !isHosts && !isOutward ? 'container' : 'host'
  const found = readValue(spelling, { name, clues: [], side, isVariable: true })
  const hint = owner.map(({ text }): Clue => ({ kind: 'context', text }))
  return found.map((sighting) => {
    const { role, clues } = sighting
    const isNumber = role === 'env value' || role === 'env default'
    const own = isOwn ? (isNumber ? owner : hint) : []
    const said = role === 'env default' ? [...clues, variable] : [variable, ...clues]
    return withDistinctClues(sighting, [...said, ...(isNumber ? peer : []), ...own])
  })
}

/** The clues without those that were there before. */
export function distinct(clues: readonly Clue[]): Clue[] {
  return clues.filter(
    (clue, index) => clues.findIndex(({ kind, text }) => kind === clue.kind && text === clue.text) === index,
  )
}

function withDistinctClues(sighting: Sighting, clues: readonly Clue[]): Sighting {
  return { ...sighting, clues: distinct(clues) }
}

const ownWords =
  /^(?:port|url|app|server|http|https|listen|listening|service|web|node|main|bind|internal|container|metrics|nest|next|nextauth|vite|uvicorn|gunicorn|flask|fastify|express|grpc|admin|ui|health|healthcheck|management|debug|inspect|ws|websocket|socket|ssl|tls|tcp|my|this|self|base|public|external|host|addr|address|origin|root|site|gf|domain)$/

/** Whether any service may call its own port so: `PORT`, `APP_PORT`, `HTTP_PORT`, `BASE_URL`. */
function isOwnName(name: string): boolean {
  return splitWords(name).every((word) => ownWords.test(word))
}
