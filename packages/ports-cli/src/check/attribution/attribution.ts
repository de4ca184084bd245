import { basename } from 'node:path/posix'
import type { RegistryDefinition } from '@driftos/ports/define'
import type { Clue, Sighting } from '@driftos/port-scanner'
import { splitWords } from '@driftos/port-scanner'
import { createVocabulary, type Mention, type Vocabulary } from './vocabulary.js'

/** Which service a number means. */
export interface Meaning {
  /** The service; where several are possible, the one that holds the number, else the likeliest. */
  readonly service: string
  /** Every service that may be meant, itself included. */
  readonly candidates: readonly string[]
  /** `sure`: what surrounds the number says so and nothing speaks against it. */
  readonly certainty: 'sure' | 'likely'
  /** The text that says so. */
  readonly subject: string
  /** Whether nothing names the service, and its own package says it of itself. */
  readonly isSelf?: boolean
}

/** Where a number stands. */
interface Place {
  /** The file, from the scanned root. */
  readonly path: string
  /** What the package is called that encloses the file: a service speaks of itself there. */
  readonly self?: string | undefined
}

/** Finds out which service a number means. */
export type FindMeaning = (sighting: Sighting, place: Place) => Meaning | undefined

/** Reads the clues around numbers by the names of a registry's services. */
export function createFindMeaning(registry: RegistryDefinition): FindMeaning {
  const vocabulary = createVocabulary(registry)
  const variables = new Map<string, string>(
    Object.entries(registry.services).map(([name, { variable }]) => [variable, name]),
  )
  const holds = (name: string, { port, side }: Sighting) => {
    const { port: hostPort, containerPort = hostPort } = registry.services[name]!
    return port === (side === 'host' ? hostPort : containerPort)
  }

  return (sighting, place) => {
    const self = findSelf(place, vocabulary)
    let isAnother = false
    for (const clue of sighting.clues) {
      // What is called like nobody's may still have a host or a variable that is called like somebody's.
      if (isAnother && clue.kind !== 'name' && clue.kind !== 'variable') break
      const reading = readClue(clue, sighting, self)
      if (reading === 'another') isAnother = true
      else if (reading) return settle(isAnother ? { ...reading, certainty: 'likely' } : reading, sighting)
    }
    return isAnother ? undefined : readSelf(sighting, self, place)
  }

  /** What a clue says: some services, that the number is something else's, or nothing. */
  function readClue(
    clue: Clue,
    sighting: Sighting,
    self: readonly string[],
  ): Omit<Meaning, 'service'> | 'another' | undefined {
    const exact = clue.kind === 'variable' ? variables.get(clue.text) : undefined
    // "Grafana: [core](…)" has two labels, which say one thing together.
    const text = clue.kind === 'label' ? labelsOf(sighting) : clue.text
    const words = vocabulary.split(clue.kind === 'image' ? imageName(text) : text)
    const mentions = vocabulary.findMentions(words)
    const mention = mentions.at(-1)
    if (!mention) return isOtherThing(clue, words) ? 'another' : undefined
    const candidates = narrow(mention, exact, self)
    const subject = clue.text
    const own = candidates[0]!
    // In embed's own repository, a Grafana on core's is not settled by being some Grafana's.
    if (exact === undefined && own !== mention.services[0] && !holds(own, sighting)) {
      return { candidates: [own], subject, certainty: 'likely' }
    }
    const others = mentions.flatMap(({ services }) => services)
    if (clue.kind === 'variable' || clue.kind === 'name') {
      const unsaid = words.filter(
        (word, index) => !isWithin(index, mentions) && !fillers.has(word) && !/^\d+$/.test(word),
      )
      if (unsaid.some((word) => otherThings.has(word))) return 'another'
      const isSure = exact !== undefined || (mention.isOwned && unsaid.length === 0)
      return { candidates, subject, certainty: isSure ? 'sure' : 'likely' }
    }
    if (clue.kind === 'image') return { candidates, subject, certainty: mention.isOwned ? 'sure' : 'likely' }
    const together = clue.kind === 'label' ? findTogether(sighting) : undefined
    if (together !== undefined) return { candidates: [together], subject, certainty: 'sure' }
    const isNear = words.slice(mention.end).every((word) => fillers.has(word) || labelFillers.has(word))
    const isAlone = new Set(others).size === new Set(mention.services).size
    const isSure = clue.kind === 'label' && mention.isOwned && isNear && isAlone
    return { candidates: [...new Set([...candidates, ...others])], subject, certainty: isSure ? 'sure' : 'likely' }
  }

  /** A label and what stands further off may name one service in two parts: "Grafana" above, "core: http://…". */
  function findTogether(sighting: Sighting): string | undefined {
    const context = sighting.clues.find(({ kind }) => kind === 'context')?.text ?? ''
    const mentions = vocabulary.findMentions(vocabulary.split(`${context} ${labelsOf(sighting)}`))
    const [service, ...others] = mentions
      .filter(({ first, end }) => end - first > 1)
      .flatMap(({ services }) => services)
    return service !== undefined && others.length === 0 && holds(service, sighting) ? service : undefined
  }

  function settle({ candidates, subject, certainty }: Omit<Meaning, 'service'>, sighting: Sighting): Meaning {
    // What only seems to mean core may mean core's Grafana.
    const possible =
      certainty === 'sure' ? candidates : [...new Set(candidates.flatMap((name) => [name, ...findRelated(name)]))]
    const service = possible.find((name) => holds(name, sighting)) ?? candidates[0]!
    return { service, candidates: possible, subject, certainty }
  }

  /** The services that bear another's name in their own, as coreGrafana does core's. */
  function findRelated(service: string): string[] {
    return Object.keys(registry.services).filter((name) => name !== service && splitWords(name).includes(service))
  }
}

/** Grafana in embed's own repository is embed's. */
function narrow({ services }: Mention, exact: string | undefined, self: readonly string[]): string[] {
  if (self.includes(services[0]!)) return [...services]
  const related = services.filter((name) => self.some((own) => splitWords(name).includes(splitWords(own)[0]!)))
  const first = related.find((name) => !self.includes(name)) ?? exact
  return first === undefined ? [...services] : [first, ...services.filter((name) => name !== first)]
}

/** What a package calls the port that it listens on itself: `PORT`, `server.port`, `config.http.port`. */
const ownPort =
  /^(?:\w*(?:server|app|http|api|listen|config|options|settings|env|defaults?|fastify|express|main|this|process)\w*\.){0,4}(?:default_?)?(?:server_?|http_?|api_?|app_?|listen_?)?port$/i

/** A package speaks of itself when it says PORT, listens, exposes, or gives the address of its API. */
function readSelf(sighting: Sighting, self: readonly string[], { path, self: name }: Place): Meaning | undefined {
  const [service] = self
  if (service === undefined || self.length > 1) return undefined
  const variable = sighting.clues.find(({ kind }) => kind === 'variable')?.text ?? ''
  const { role } = sighting
  const isOwnPort = variable ? ownPort.test(variable) : role === 'listen' || role === 'expose'
  // What a service's own source calls without a name is another; a script or a document tries the service itself.
  const isCall = variable === '' && /\.(?:[cm]?[jt]sx?|py|go|rs|java|rb|php|cs)$/.test(path)
  const isOwnAddress =
    role === 'url' &&
    !(isCall && !isTest(path) && !/(?:^|\/)scripts?\//.test(path)) &&
    /^(?:.*\.)?(?:default_?)?(?:api|base|server|service|app|public|root|host)?_?(?:base_?)?(?:url|uri|endpoint|host)?$/i.test(
      variable,
    )
  // `"dev": "next dev -p 3000"`
  const isOwnScript = role === 'flag' && /(?:^|\/)package\.json$/.test(path)
  if (!isOwnPort && !isOwnAddress && !isOwnScript) return undefined
  return {
    service,
    candidates: [service],
    subject: variable || (name ?? basename(path)),
    certainty: isOwnPort && !isTest(path) ? 'sure' : 'likely',
    isSelf: true,
  }
}

/** The service that a file is about: its package by its name, else its folder, else a setting by its own name. */
function findSelf({ self, path }: Place, vocabulary: Vocabulary): readonly string[] {
  const folder = /(?:^|\/)(?:apps|packages|services)\/([^/]+)\//.exec(path)?.[1]
  const file = /([^/]+)\.(?:service|env|conf|ya?ml|toml|dockerfile)$/i.exec(path)?.[1]
  for (const name of [self, folder, file]) {
    if (name === undefined) continue
    const words = vocabulary.split(name.replace(/^@[^/]*\//, ''))
    const mentions = vocabulary.findMentions(words)
    const isWhole = words.every((word, index) => isWithin(index, mentions) || fillers.has(word))
    if (mentions.length === 1 && mentions[0]!.isOwned && isWhole) return [mentions[0]!.services[0]!]
  }
  return []
}

/** All labels of a number, the nearest last. */
function labelsOf({ clues }: Sighting): string {
  return clues
    .filter(({ kind }) => kind === 'label')
    .map(({ text }) => text)
    .toReversed()
    .join(' ')
}

/** Whether a file tests others rather than doing the work. */
export function isTest(path: string): boolean {
  return /(?:^|\/)(?:tests?|__tests__|__mocks__|e2e|spec|fixtures?|testdata|mocks?|examples?|bench(?:marks?)?)\/|[._-](?:test|spec|e2e|bench|fixture|mock|stories)(?:-d)?\.\w+$|(?:^|\/)test[_-]/i.test(
    path,
  )
}

/** An image without its registry and tag: `pgvector/pgvector:pg16` is pgvector. */
function imageName(image: string): string {
  return image.replace(/[:@][^/]*$/, '').replace(/^.*\//, '')
}

function isWithin(index: number, mentions: readonly Mention[]): boolean {
  return mentions.some(({ first, end }) => index >= first && index < end)
}

/** Whether a name names something that no service of the registry is. */
function isOtherThing({ kind, text }: Clue, words: readonly string[]): boolean {
  if (kind !== 'name' && kind !== 'variable') return false
  return (
    words.some((word) => otherThings.has(word)) ||
    (kind === 'name' && /^[a-z]/i.test(text) && !words.every((word) => fillers.has(word)))
  )
}

/** Words that add nothing to a service's name. */
const fillers = new Set(
  'driftos port ports url uri urls origin origins host hosts hostname endpoint endpoints address addr base api http https default internal external public local localhost dev development prod production service services server app vite next react nuxt expo env config process the a an of for to on at in and or is are target targets upstream health check self listen published exposed main v1 docker container'.split(
    ' ',
  ),
)

/** Words between a label and its number. */
const labelFillers = new Set(
  'runs running run listens listening available open visit see access via dashboard dashboards ui console web interface metrics page http https url starts started start serves serving serve now it here with by use curl get post connect from redirect proxies proxy proxied instance monitoring database docs documentation entry point'.split(
    ' ',
  ),
)

/** Words that make something else of a service's name: its tests' database, its debugger, its exporter. */
const otherThings = new Set(
  'redis mysql mariadb mongo mongodb kafka rabbitmq minio s3 smtp mail mailhog mailpit ollama qdrant weaviate milvus elasticsearch opensearch kibana jaeger zipkin otel otlp tempo loki alertmanager exporter node nginx traefik caddy keycloak nats temporal vault consul etcd zookeeper clickhouse debug debugger inspect inspector hmr storybook test tests testing e2e pgadmin adminer replica shadow admin sentry stripe ssh ftp imap ldap'.split(
    ' ',
  ),
)
