import type { FileKind } from './file-kind.js'
import type { Reader } from './sighting.js'

const loaded = new Map<FileKind, Reader>()

/** Every reader's module is loaded when the first file of its kind is met: parsers are what costs at the start. */
const loaders: Readonly<Record<Exclude<FileKind, 'markdown'>, () => Promise<Reader>>> = {
  javascript: async () => (await import('./javascript/read-javascript.js')).readJavaScript,
  yaml: async () => (await import('./yaml/read-yaml.js')).readYaml,
  json: async () => (await import('./settings/read-json.js')).readJson,
  toml: async () => (await import('./settings/read-toml.js')).readToml,
  dockerfile: async () => (await import('./settings/read-dockerfile.js')).readDockerfile,
  dotenv: async () => (await import('./settings/read-dotenv.js')).readDotenv,
  makefile: async () => (await import('./settings/read-makefile.js')).readMakefile,
  shell: async () => (await import('./shell/read-shell.js')).readShell,
  text: async () => (await import('./settings/read-text.js')).readOther,
}

/** The kinds of the languages in which blocks of Markdown are written. */
const languages: Readonly<Record<string, FileKind>> = {
  ...kinds('javascript', 'js jsx ts tsx mjs cjs mts cts javascript typescript vue svelte'),
  ...kinds('yaml', 'yaml yml compose docker-compose'),
  ...kinds('json', 'json jsonc json5'),
  ...kinds('toml', 'toml'),
  ...kinds('dockerfile', 'dockerfile docker'),
  ...kinds('dotenv', 'env dotenv ini properties'),
  ...kinds('makefile', 'makefile make just'),
  ...kinds('shell', 'sh bash zsh shell fish console shell-session shellsession terminal powershell ps1 bat cmd'),
  ...kinds(
    'text',
    'python py go rust rs java kotlin ruby rb php csharp cs http nginx caddyfile sql hcl terraform html xml',
  ),
}

/**
 * The reader of a kind of file.
 *
 * @param text - what it is to read: a document's blocks bring their own languages' readers
 */
export async function loadReader(kind: FileKind, text: string): Promise<Reader> {
  if (kind === 'markdown') return loadMarkdownReader(text)
  const reader = loaded.get(kind) ?? (await loaders[kind]())
  loaded.set(kind, reader)
  return reader
}

async function loadMarkdownReader(text: string): Promise<Reader> {
  for (const [, language] of text.matchAll(/^[ \t>*-]{0,20}(?:```|~~~)[ \t{.]{0,3}([\w-]{1,20})/gm)) {
    const kind = findLanguage(language!)
    if (kind && kind !== 'markdown') await loadReader(kind, '')
  }
  const { createMarkdownReader } = await import('./markdown/read-markdown.js')
  const reader =
    loaded.get('markdown') ??
    createMarkdownReader((language, block) => {
      const kind = findLanguage(language)
      return (kind && loaded.get(kind)?.(block, `block.${language}`)) ?? []
    })
  loaded.set('markdown', reader)
  return reader
}

function findLanguage(language: string): FileKind | undefined {
  const name = language.toLowerCase()
  return Object.hasOwn(languages, name) ? languages[name] : undefined
}

function kinds(kind: FileKind, names: string): Record<string, FileKind> {
  return Object.fromEntries(names.split(' ').map((name) => [name, kind]))
}
