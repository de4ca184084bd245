import { merge, sight } from '../sight.js'
import { shift, withClues, type Clue, type Side, type Sighting } from '../sighting.js'
import { readText } from '../text/text.js'
import { isAddressName, isPortName, isPortsName, splitWords } from '../words.js'
import { insideContainer } from './container.js'
import { findSubstitutionDefaults } from './mapping.js'
import type { Spelling } from './place.js'

/** What is known of a value besides its text. */
export interface ValueOptions {
  /** What it is the value of: a variable, or a key. */
  readonly name: string
  /** What its numbers say, the strongest first, behind what the value itself says. */
  readonly clues: readonly Clue[]
  readonly side: Side
  /** Whether `name` is an environment variable. */
  readonly isVariable?: boolean
}

/** The ports in the value of a variable or key: a number where the name is a port's, addresses, defaults of substitutions. */
export function readValue(spelling: Spelling, options: ValueOptions): Sighting[] {
  const { raw, start } = spelling
  const { name, clues, side } = options
  if (!/\d/.test(raw)) return []
  const isPort = isPortLike(name)
  const role = options.isVariable ? 'env value' : 'listen'
  const plain = isPort || isPortsName(name) ? readNumbers(raw, role, side, clues) : []
  // `ports: 2` counts them.
  if (plain.length > 0) return shift(isPort ? plain : plain.filter(({ port }) => port >= 20), start)
  const defaults = findSubstitutionDefaults(raw).flatMap(({ start: from, end, variable }) =>
    isPort || isPortLike(variable)
      ? sight(raw, from, end, 'env default', side, [{ kind: 'variable', text: variable }, ...clues])
      : [],
  )
  const templated = isPort ? readTemplateDefault(raw, side, clues) : []
  // `1920:1080` and `1001:1001` are no published port but under a name of ports.
  if (!isPort && !isPortsName(name) && /^\s*\d+:\d+\s*$/.test(raw)) return []
  const addresses = isListName(name) || isAddressName(name) ? readAddressList(raw) : []
  const found = withClues(merge(readText(raw, { style: 'string' }), addresses), clues)
  return shift(merge(defaults, side === 'container' ? insideContainer(found, raw) : found, templated), start)
}

/** Whether a variable's value is a port by its first or last word: `PORT_GATEWAY` besides `GATEWAY_PORT`. */
export function isPortLike(name: string): boolean {
  if (isPortName(name)) return true
  const words = splitWords(name)
  const isOther = words.some((word) =>
    /^(?:range|timeout|time|count|size|offset|retries|retry|wait|scan|base|type|name|prefix|enabled?|forward(?:ing)?|ms|min|max|length|limit|interval|delay)$/.test(
      word,
    ),
  )
  return /^[A-Z][A-Z\d_]*$/.test(name) && words.includes('port') && !isOther
}

/** `3000`, or `3000,3001` and the like under a name of several ports. */
function readNumbers(raw: string, role: 'env value' | 'listen', side: Side, clues: readonly Clue[]): Sighting[] {
  if (!/^[\d_,\s-]{1,400}$/.test(raw) || /-.*-/.test(raw)) return []
  return [...raw.matchAll(/\d[\d_]*/g)].flatMap(({ index, 0: digits }) =>
    sight(raw, index, index + digits.length, role, side, clues),
  )
}

/** The default of a template that stands for a port: `{{ .Values.port | default 3000 }}`, `<%= ENV.fetch("PORT", 3000) %>`. */
function readTemplateDefault(raw: string, side: Side, clues: readonly Clue[]): Sighting[] {
  if (!/\{\{|<%|\$\[\[/.test(raw)) return []
  return [...raw.matchAll(/(?:\bdefault[ (]{1,3}|,\s?|\{\s?|\|\|\s?)["']?(\d{2,5})["']?(?=\s?[)}%|\s])/dg)].flatMap(
    (match) => {
      const [start, end] = match.indices![1]!
      return sight(raw, start, end, 'env default', side, clues)
    },
  )
}

/** Whether several addresses are the value of something called so: `KAFKA_BROKERS`, `ADVERTISED_LISTENERS`. */
function isListName(name: string): boolean {
  return splitWords(name).some((word) =>
    /^(?:brokers?|servers?|listeners?|nodes|hosts|seeds?|members|peers|bootstrap|connect|cluster|sentinels?|urls?|uris?|endpoints?|address(?:es)?|addr|targets?|upstreams?|origins?|allowed)$/.test(
      word,
    ),
  )
}

/** `kafka-1:9092,kafka-2:9092`, `PLAINTEXT://kafka:29092`: a list of nothing but addresses. */
function readAddressList(raw: string): Sighting[] {
  const sightings: Sighting[] = []
  for (const match of raw.matchAll(/[^\s,;"'[\]|]+/g)) {
    const address = /^(?:[A-Za-z][\w+.-]{0,30}:\/\/)?([a-z][\w-]{0,80}):(\d{2,5})(?:\/[^\s]*)?$/di.exec(match[0])
    if (!address) continue
    const [start, end] = address.indices![2]!
    const host = address[1]!
    const isLocal = /^localhost$/i.test(host)
    sightings.push(
      ...sight(
        raw,
        match.index + start,
        match.index + end,
        'url',
        isLocal ? 'host' : 'container',
        isLocal ? [] : [{ kind: 'name', text: host }],
      ),
    )
  }
  return sightings.filter(({ port }) => port >= 80)
}
