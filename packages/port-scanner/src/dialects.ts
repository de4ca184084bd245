import type { Spelled } from './assignment.js'
import type { Dialect, Reader, Refuse } from './dialect.js'
import { dockerDialects } from './docker/dialects.js'
import { documentDialects } from './documents/dialects.js'
import { javascriptDialects } from './javascript/dialects.js'
import { jsonDialects } from './json/dialects.js'
import { shift, type Match } from './match.js'
import { patternDialects } from './patterns/dialects.js'
import { shellDialects } from './shell/dialects.js'
import { tomlDialects } from './toml/dialects.js'
import { yamlDialects } from './yaml/dialects.js'

/** Every dialect. Of two that claim a file, a whole name wins over a path, a path over an extension, then the first. */
const dialects: readonly Dialect[] = [
  ...yamlDialects,
  ...javascriptDialects,
  ...jsonDialects,
  ...tomlDialects,
  ...shellDialects,
  ...dockerDialects,
  ...documentDialects,
  ...patternDialects,
]

const byName = index(({ names }) => names)
const byExtension = index(({ extensions }) => extensions)
const byLanguage = index(({ languages }) => languages)
const byPath = dialects.filter(({ paths }) => paths !== undefined)

/** Endings that templates and examples add to a file's own: `compose.yml.example`, `nginx.conf.j2`. */
const outerExtension = /\.(?:example|sample|template|dist|default|defaults|tpl|tmpl|j2|jinja2?|erb|in|local|orig)$/

/** Written by a program, or data. */
const generated =
  /(?:^|[/.-])(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|bun\.lockb?|go\.sum|gradle\.lockfile)$|\.(?:lock|min\.(?:js|css|mjs)|map|snap|svg|csv|tsv|ipynb|patch|diff|log|po|pot|geojson|jsonl|ndjson)$/

/**
 * Returns the dialect of a file by its path alone, `generated` for a file that a program wrote, undefined for unknown files.
 *
 * @param path - with `/`
 */
export function findDialect(path: string): Dialect | 'generated' | undefined {
  const lower = path.toLowerCase()
  if (generated.test(lower)) return 'generated'
  return find(lower) ?? (outerExtension.test(lower) ? find(lower.replace(outerExtension, '')) : undefined)
}

/** Returns the dialect of a document's code block by its language. */
export function findLanguage(language: string): Dialect | undefined {
  return byLanguage.get(language.toLowerCase())
}

/** Loads a dialect's reader once. */
export function loadReader(dialect: Dialect): Reader | Promise<Reader> {
  return loaded.get(dialect) ?? load(dialect)
}

/** Reads a part of a file in another format: a document's code block, a file inside a Kubernetes ConfigMap. */
export async function readEmbedded(dialect: Dialect, part: Spelled, path: string, refuse: Refuse): Promise<Match[]> {
  const reader = await loadReader(dialect)
  return shift(await reader(part.text, path, refuse), part.start)
}

const loaded = new Map<Dialect, Reader>()

async function load(dialect: Dialect): Promise<Reader> {
  const reader = await dialect.load()
  loaded.set(dialect, reader)
  return reader
}

function find(path: string): Dialect | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const named = byName.get(name) ?? byPath.find(({ paths }) => paths!.test(path))
  if (named) return named
  const dot = name.lastIndexOf('.')
  return dot < 0 ? undefined : byExtension.get(name.slice(dot + 1))
}

function index(keysOf: (dialect: Dialect) => readonly string[] | undefined): Map<string, Dialect> {
  const found = new Map<string, Dialect>()
  for (const dialect of dialects) {
    for (const key of keysOf(dialect) ?? []) if (!found.has(key)) found.set(key, dialect)
  }
  return found
}
