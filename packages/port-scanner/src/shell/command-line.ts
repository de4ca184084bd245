import type { Command } from 'unbash'
import { hostFields } from '../address.js'
import { readPrinted } from '../documents/statement.js'
import { readAssignment, type AssignmentOptions, type Spelled } from '../assignment.js'
import { extend, merge, parsePort, type Evidence, type Match, type Role, type Side } from '../match.js'
import { isPortName } from '../names.js'
import { readCommand, readPrefixed } from '../yaml/command.js'
import { imageName } from '../yaml/compose.js'
import { readMapping } from '../yaml/mapping.js'

/** Commands that start another one. */
const starters =
  /^(?:sudo|env|exec|nohup|time|command|cross-env|cross-env-shell|dotenv|bundle|npx|bunx|pnpx|dlx|doas|gosu|then|do)$/

/** Commands that reach another machine, or only inspect this one. */
const elsewhere = /^(?:ssh|scp|sftp|rsync|autossh|iptables|ip6tables|ufw|firewall-cmd|aws|gcloud|az|doctl|hcloud)$/

/** Commands without any port in their flags. */
const portless =
  /^(?:mkdir|cp|mv|rm|tar|sleep|ps|lsof|fuser|kill|kill-port|killport|date|seq|head|tail|cut|git|chmod|test|xargs|parallel|zip|unzip|\[)$/

/** Commands whose arguments are patterns or questions. */
const textual = /^(?:grep|rg|sed|awk|perl|read)$/

/** Clients of a database or a socket, by the scheme of what they reach. */
const clients = new Map(
  Object.entries({
    postgresql: ['psql', 'pg_isready', 'pg_dump', 'pg_restore', 'createdb', 'dropdb'],
    mysql: ['mysql', 'mysqladmin', 'mysqldump', 'mariadb'],
    redis: ['redis-cli', 'valkey-cli'],
    mongodb: ['mongo', 'mongosh', 'mongodump', 'mongorestore'],
    tcp: ['clickhouse-client', 'cqlsh', 'kcat'],
  }).flatMap(([scheme, names]) => names.map((name) => [name, scheme] as const)),
)

/** Where a command runs. */
export interface CommandPlace {
  readonly side: Side
  /** Role of an address on the same machine. */
  readonly local: Role
  /** Variables of its script. */
  readonly variables: ReadonlyMap<string, string>
}

/** Programs that run commands in containers, and variables with them: `$(DOCKER_COMPOSE) exec`. */
const containers =
  /^(?:docker|docker-compose|podman|nerdctl|kubectl|oc|\$[({]?\w*(?:DOCKER|COMPOSE|PODMAN|KUBECTL)\w*[)}]?)$/

/** Returns the ports of one command of a script. */
export function readCommandLine(command: Command, text: string, { side, local, variables }: CommandPlace): Match[] {
  const words = wordsOf(command, text)
  // `cross-env-shell "CORE_PORT=3001 pnpm dev"`
  const whole = words.length === 2 && /^[A-Z_]\w*=\S+\s/.test(words[1]!.text) ? words[1] : undefined
  if (whole) return readPrefixed(whole)
  while (words[0] && (starters.test(baseOf(words[0])) || /^\w+=/.test(words[0].text))) words.shift()
  const name = words[0] === undefined ? '' : baseOf(words[0]).replace(/^start-(?=storybook$)/, '')
  if (/^(?:docker|podman|nerdctl)$/.test(name) && words.some(({ text: word }) => /^(?:run|create)$/.test(word))) {
    return readContainer(words, command, text)
  }
  if (/^(?:kubectl|oc|k)$/.test(name) && words.some(({ text: word }) => word === 'port-forward'))
    return readForward(words)
  const found = merge(
    assignmentsOf(command, text, (variable) => variables.get(variable)),
    readCommand({ text: text.slice(command.pos, command.end), start: command.pos }, side, local),
  )
  // Inside a running container.
  const isInside =
    (containers.test(name) && words.some((each) => each.text === 'exec')) || /^\$[({]?\w*EXEC[)}]?$/.test(name)
  if (isInside || elsewhere.test(name)) {
    // A container reaches the others by their names.
    return found.flatMap((match) =>
      isInside && match.host === 'named' ? match : extend([match], { isElsewhere: true }),
    )
  }
  if (textual.test(name)) return found.filter(({ role }) => role !== 'flag' && role !== 'reach')
  if (portless.test(name)) return found.filter(({ role }) => role !== 'flag')
  const scheme = clients.get(name)
  if (scheme !== undefined) return extend(readClient(words, found, side), { scheme })
  if (/^(?:echo|printf)$/.test(name)) {
    return merge(
      words.slice(1).flatMap((word) => readPrintedWord(word, side)),
      // A printed command does not run.
      found.filter(({ role }) => role !== 'flag' && role !== 'listen'),
    )
  }
  const owner = ownerOf(words, name)
  if (owner !== undefined) return extend(found, { evidence: [{ kind: 'block', text: owner }] })
  return extend(found, { evidence: partsOf(words, name).map((part) => ({ kind: 'hint', text: part })) })
}

/** `PORT=3000` before a command, and after `export`. */
function assignmentsOf({ prefix, suffix }: Command, text: string, sibling: AssignmentOptions['sibling']): Match[] {
  return [...prefix, ...suffix].flatMap((each) => {
    if (each.type !== 'Assignment') return []
    if (each.value.type === 'ArrayValue') {
      // `declare -A HEALTH_PORTS=(…)` has further ports of services.
      const isOwn = isPortName(each.name) && !/health|metric|debug/i.test(each.name)
      return isOwn ? each.value.elements.flatMap((element) => readElement(spell(element, text))) : []
    }
    if (each.index)
      return isPortName(each.name) ? readAssignment(`${each.index.value}_port`, spell(each.value, text)) : []
    return readAssignment(each.name, unquote(spell(each.value, text)), { sibling })
  })
}

/** `echo "CORE_PORT=3001"` writes settings; other texts are for people. */
function readPrintedWord({ text, start }: Spelled, side: Side): Match[] {
  const [, name, value] = /^(?:export )?([A-Z][A-Z\d_]*)=(.*)$/s.exec(text) ?? []
  return name === undefined
    ? extend(readPrinted(text, start), { side })
    : readAssignment(name, { text: value!, start: start + text.length - value!.length })
}

function spell({ pos, end }: { readonly pos: number; readonly end: number }, text: string): Spelled {
  return { text: text.slice(pos, end), start: pos }
}

/** `[core]=3001` in `declare -A ports=(…)` */
function readElement({ text, start }: Spelled): Match[] {
  const [, before, key, value] = /^(\[["']?([\w-]{1,60})["']?\]=)(.+)$/.exec(text) ?? []
  return key === undefined
    ? []
    : readAssignment(`${key}_port`, unquote({ text: value!, start: start + before!.length }))
}

/** Returns a text without the quotes around it. */
export function unquote(value: Spelled): Spelled {
  return /^(["'])[^]*\1$/.test(value.text) && value.text.length > 1
    ? { text: value.text.slice(1, -1), start: value.start + 1 }
    : value
}

/** The command and its arguments; an argument in quotes is one word without them. */
function wordsOf(command: Command, text: string): Spelled[] {
  const all = command.name ? [command.name, ...command.suffix] : command.suffix
  return all.flatMap((each): Spelled[] => {
    if (each.type !== 'Word' && each.type !== 'Assignment') return []
    return [unquote({ text: text.slice(each.pos, each.end), start: each.pos })]
  })
}

function baseOf({ text }: Spelled): string {
  return text.replace(/^.*[/\\]/, '')
}

/** Returns the values of an option: `-p 80:80`, `-p80:80`, `--publish=80:80`. */
function valuesOf(words: readonly Spelled[], ...options: readonly string[]): Spelled[] {
  return words.flatMap(({ text, start }, index): Spelled[] => {
    for (const option of options) {
      if (text === option) return words[index + 1] ? [words[index + 1]!] : []
      const glued = option.startsWith('--') ? `${option}=` : option
      if (text.startsWith(glued) && text.length > glued.length && (glued.length > 2 || /\d/.test(text[2]!))) {
        return [{ text: text.slice(glued.length), start: start + glued.length }]
      }
    }
    return []
  })
}

/** `docker run --name core -p 3001:3000 -e PORT=3000 acme/core` */
function readContainer(words: readonly Spelled[], command: Command, text: string): Match[] {
  const name = valuesOf(words, '--name')[0]?.text
  const image = imageOf(words)
  const evidence: Evidence[] = [
    ...(name === undefined || /\$/.test(name) ? [] : [{ kind: 'block', text: name } as const]),
    ...(image === undefined ? [] : [{ kind: 'image', text: imageName(image) } as const]),
  ]
  const group = `${command.pos}`
  const published = valuesOf(words, '-p', '--publish').flatMap((value) => readMapping(value, { evidence, group }))
  const exposed = valuesOf(words, '--expose').flatMap((value) => readMapping(value, { evidence, group }))
  const isOnHost = valuesOf(words, '--network', '--net').some(({ text: network }) => network === 'host')
  const side = isOnHost ? 'host' : 'container'
  const others = readCommand({ text: text.slice(command.pos, command.end), start: command.pos }, side)
  return merge(published, exposed, extend(others, { evidence, side }))
}

/** Options of `docker run` without a value. */
const switches =
  /^-(?:[ditqP]+|-(?:rm|init|detach|interactive|tty|privileged|read-only|publish-all|quiet|no-healthcheck|oom-kill-disable|replace))$|=/

/** Returns the image of `docker run`: its first argument. */
function imageOf(words: readonly Spelled[]): string | undefined {
  let at = words.findIndex(({ text }) => /^(?:run|create)$/.test(text)) + 1
  while (words[at]?.text.startsWith('-')) at += switches.test(words[at]!.text) || /^-\w./.test(words[at]!.text) ? 1 : 2
  const text = words[at]?.text
  return text !== undefined && /^[\w.-]+(?:[/:@][\w./:@-]+)*$/.test(text) ? text : undefined
}

/** `kubectl port-forward svc/core 3001:80` */
function readForward(words: readonly Spelled[]): Match[] {
  const target = words.find(({ text }) => /^(?:[a-z.]+\/)[\w.-]+$/.test(text))?.text
  const evidence: Evidence[] = target === undefined ? [] : [{ kind: 'block', text: target.replace(/^.*\//, '') }]
  return words.flatMap(({ text, start }): Match[] => {
    const [, outer, inner] = /^(\d{2,5}):(\d{2,5})$/.exec(text) ?? []
    const port = parsePort(outer ?? '')
    const innerPort = parsePort(inner ?? '')
    if (port === undefined || innerPort === undefined) return []
    return [{ port, start, end: start + outer!.length, role: 'flag', side: 'host', evidence, innerPort }]
  })
}

/** `psql -h localhost -p 5433` */
function readClient(words: readonly Spelled[], found: readonly Match[], side: Side): Match[] {
  const host = valuesOf(words, '-h', '--host', '--hostname')[0]?.text ?? 'localhost'
  return found.map((match) => {
    if (match.role !== 'flag') return match
    const address = hostFields(host)
    const isLocal = address.host === 'local'
    return {
      ...match,
      role: 'reach',
      ...address,
      ...(isLocal && { side }),
      evidence: [...address.evidence, ...match.evidence],
    }
  })
}

/** Commands that start a package's own server. */
const servers =
  /^(?:next|vite|nuxt|nuxi|astro|remix(?:-serve)?|vinxi|react-router|ng|vue-cli-service|react-scripts|craco|webpack(?:-dev-server)?|rsbuild|rspack|farm|parcel|gatsby|ember|expo|wrangler|nest|strapi|medusa|node|nodemon|tsx|ts-node(?:-dev)?|tsnd|bun|deno|python[\d.]*|uvicorn|gunicorn|hypercorn|daphne|granian|waitress-serve|sanic|litestar|quart|unicorn|thin|falcon|fastapi|flask|django-admin|manage\.py|uv|poetry|pdm|pipenv|streamlit|rails|puma|rackup|php|artisan|symfony|dotnet|go|air|cargo|java|mvn|mvnw|gradle|gradlew|mix|http-server|serve|live-server|docusaurus|vitepress|mkdocs|jekyll|hugo|email|npm|pnpm|yarn|turbo|rush|lerna|[\w.-]+\.(?:sh|py|js|ts|jar|exe))$/

const managers = /^(?:pnpm|npm|yarn|bun|turbo|lerna|rush)$/

/** Scripts that start a package's own server. */
const serving = /^(?:dev|start|serve|develop|watch|run|exec)(?:[:-][\w-]+)?$/

/** Returns the owner of a command's flags; undefined for the package around: `pnpm --filter core dev`, `storybook dev`. */
function ownerOf(words: readonly Spelled[], name: string): string | undefined {
  const verbs = words.slice(1).filter(({ text }) => /^[\w:@/-]+$/.test(text) && !/^-|^\d/.test(text))
  const verb = verbs.find(({ text }) => !/^(?:run|exec|dlx)$/.test(text))?.text
  if (managers.test(name)) {
    const [found] = valuesOf(
      words,
      '--filter',
      '-F',
      '--workspace',
      '-w',
      '-C',
      '--dir',
      '--cwd',
      '--prefix',
      '--scope',
    )
    if (found) return short(found.text)
    if (name === 'yarn' && verb === 'workspace' && verbs[1]) return short(verbs[1].text)
    return verb === undefined || serving.test(verb) || servers.test(verb) || name === 'bun' ? undefined : verb
  }
  if (name === 'nx') return verbs[1] ? short(verbs[1].text).replace(/:.*$/, '') : undefined
  if (verb === 'preview' || verb === 'studio') return verb
  const isProgram = name === '' || servers.test(name) || /^[.$~]|^\//.test(words[0]!.text) || wrappers.test(name)
  return isProgram ? undefined : name
}

/** The part of a package that a command starts: `ng serve shop`, `uvicorn worker.main:app`. */
function partsOf(words: readonly Spelled[], name: string): string[] {
  if (name === 'ng') return words.slice(2, 3).map(({ text }) => text)
  const modules = words.flatMap(
    ({ text }) => /^([a-z_][\w.]*):\w*(?:app|asgi|wsgi)\w*$/i.exec(text)?.[1]?.split('.') ?? [],
  )
  return modules.filter((each) => !/^(?:app|main|src|server|asgi|wsgi|application)$/.test(each))
}

/** The last part of a path or of a package's name. */
function short(text: string): string {
  return text.replace(/^.*\//, '').replace(/[.…]+$/, '')
}

/** Commands whose arguments are commands. */
const wrappers =
  /^(?:concurrently|(?:ba|z|da)?sh|start-server-and-test|run-p|npm-run-all|wait-on|curl|wget|export|set|echo|printf)$/
