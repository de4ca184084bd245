import type { RegistryDefinition } from '@driftos/ports/define'
import { splitWords } from '@driftos/port-scanner'

/** A service's name in a text. */
export interface Mention {
  /** The services that may be called so; the first is the one that owns the name, where one does. */
  readonly services: readonly string[]
  /** Whether the first of them owns the name, and the others only bear it as a part of theirs. */
  readonly isOwned: boolean
  /** The words that say it, from the first to behind the last. */
  readonly first: number
  readonly end: number
}

/** All that the services of a registry are called. */
export interface Vocabulary {
  /** The words of a text or a name; a word that names a service stays whole, as PostgreSQL does. */
  split(text: string): string[]
  /** Every mention of a service among some words, in their order. */
  findMentions(words: readonly string[]): Mention[]
}

/** Words that are called otherwise elsewhere; a service that bears the one is called by the others too. */
const synonyms: readonly (readonly string[])[] = [
  ['postgres', 'postgresql', 'psql', 'pg', 'pgvector', 'database', 'db'],
  ['prometheus', 'prom'],
  ['website', 'web site', 'homepage', 'landing page'],
  ['embed', 'embeddings service', 'vector service', 'embed service'],
]

/** Words that many services bear and that tell none of them from another. */
const plainWords = new Set(['server', 'service', 'enterprise', 'app', 'api', 'legacy', 'container'])

/** How far apart the words of one name may stand. */
const maxDistance = 5

/** Reads every name, container's name, variable and alias of a registry's services. */
export function createVocabulary({ services }: RegistryDefinition): Vocabulary {
  const owners = new Map<string, Set<string>>()
  const bearers = new Map<string, Set<string>>()
  const scattered: (readonly [service: string, words: readonly string[]])[] = []
  const namespace = findNamespace(Object.values(services).map(({ containerName }) => splitWords(containerName)))

  for (const [name, { containerName, variable, scheme, aliases = [] }] of Object.entries(services)) {
    const own = splitWords(name)
    const container = splitWords(containerName)
    const bare = container[0] === namespace ? container.slice(1) : container
    const phrases = [
      own,
      container,
      bare,
      splitWords(variable).slice(0, -1),
      ...aliases.map((alias) => splitWords(alias)),
    ]
    for (const words of phrases) for (const phrase of withSynonyms(words.join(' '))) add(owners, phrase, name)
    if (scheme === 'postgresql') for (const phrase of withSynonyms('postgres')) add(owners, phrase, name)
    for (const word of new Set([...own, ...bare])) if (!plainWords.has(word)) add(bearers, word, name)
    for (const words of [own, bare]) if (words.length > 1) scattered.push([name, words])
  }
  const known = new Set([...owners.keys(), ...bearers.keys(), namespace])
  const longest = Math.max(...[...owners.keys()].map((phrase) => phrase.split(' ').length))
  return {
    split: (text) =>
      (text.match(/[\p{L}\p{N}]+/gu) ?? []).flatMap((word) =>
        known.has(word.toLowerCase()) ? [word.toLowerCase()] : splitWords(word),
      ),
    findMentions(words) {
      const mentions: Mention[] = []
      for (let first = 0; first < words.length;) {
        const mention = findAt(words, first)
        if (mention) mentions.push(mention)
        first = mention?.end ?? first + 1
      }
      return joinScattered(words, mentions, scattered)
    },
  }

  function findAt(words: readonly string[], first: number): Mention | undefined {
    for (let length = Math.min(longest, words.length - first); length > 0; length--) {
      const phrase = words.slice(first, first + length).join(' ')
      const owning = owners.get(phrase)
      // What is a service's whole name means no other that bears it as a part: core is not core's Grafana.
      const bearing = length === 1 && !Object.hasOwn(services, phrase) ? bearers.get(phrase) : undefined
      if (!owning && !bearing) continue
      return {
        services: [...new Set([...(owning ?? []), ...(bearing ?? [])])],
        isOwned: owning?.size === 1,
        first,
        end: first + length,
      }
    }
    return undefined
  }
}

/**
 * "Grafana (embed)" is embedGrafana: a name of several words takes the place of the mentions of each, where they
 * stand near each other in any order.
 */
function joinScattered(
  words: readonly string[],
  mentions: readonly Mention[],
  names: readonly (readonly [service: string, words: readonly string[]])[],
): Mention[] {
  for (const [service, parts] of names) {
    const parted = parts.map((part) =>
      mentions.findLast(({ first, end }) => end - first === 1 && words[first] === part),
    )
    const places = parted.flatMap((mention) => (mention ? [mention.first] : []))
    const [first, last] = [Math.min(...places), Math.max(...places)]
    if (new Set(places).size < parts.length || last - first > maxDistance) continue
    const others = mentions.filter((mention) => !parted.includes(mention))
    // Side by side they are one name; further apart, one of them may stand alone.
    const isClose = last - first < parts.length + 1
    const services = isClose ? [service] : [...new Set([service, ...parted.flatMap((mention) => mention!.services)])]
    const whole: Mention = { services, isOwned: isClose, first, end: last + 1 }
    return [...others, whole].toSorted((one, other) => one.first - other.first)
  }
  return [...mentions]
}

function withSynonyms(phrase: string): readonly string[] {
  return synonyms.find((group) => group.includes(phrase)) ?? [phrase]
}

/** The word with which the names of most services begin, as in `driftos-core`. */
function findNamespace(names: readonly (readonly string[])[]): string | undefined {
  const counts = new Map<string, number>()
  for (const [first, ...rest] of names) if (rest.length > 0) counts.set(first!, (counts.get(first!) ?? 0) + 1)
  const [word, count] = [...counts].toSorted(([, one], [, other]) => other - one)[0] ?? []
  return count !== undefined && count > 1 ? word : undefined
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  if (key) map.set(key, (map.get(key) ?? new Set()).add(value))
}
