/** The kinds of file that have a reader of their own. */
export type FileKind =
  | 'javascript'
  | 'yaml'
  | 'json'
  | 'toml'
  | 'dockerfile'
  | 'dotenv'
  | 'makefile'
  | 'shell'
  | 'markdown'
  | 'text'

const byExtension: Readonly<Record<string, FileKind>> = {
  ...kinds('javascript', 'ts tsx mts cts js jsx mjs cjs vue svelte astro'),
  ...kinds('yaml', 'yml yaml'),
  ...kinds('json', 'json jsonc json5 code-workspace webmanifest'),
  ...kinds('toml', 'toml'),
  ...kinds('dockerfile', 'dockerfile containerfile'),
  ...kinds('dotenv', 'env envrc flaskenv properties ini conf cfg'),
  ...kinds('makefile', 'mk make'),
  ...kinds('shell', 'sh bash zsh fish ksh bats ps1 psm1 bat cmd'),
  ...kinds('markdown', 'md mdx markdown rst adoc asciidoc txt'),
  ...kinds(
    'text',
    'py pyi rb go rs java kt kts scala groovy gradle php cs fs vb swift c h cc cpp hpp m ex exs erl clj lua pl pm r jl dart zig nim tf tfvars hcl nomad proto graphql gql http rest sql html htm xml css scss less service socket timer nginx caddyfile tmpl tpl j2 jinja ejs hbs mustache erb plist csproj sbt bicep star bzl bazel nix dhall cue jsonnet libsonnet rules',
  ),
}

const byName: Readonly<Record<string, FileKind>> = {
  ...kinds('makefile', 'makefile gnumakefile justfile .justfile'),
  ...kinds('shell', '.bashrc .zshrc .profile .bash_aliases procfile'),
  ...kinds('text', 'caddyfile haproxy.cfg nginx.conf vagrantfile jenkinsfile tiltfile earthfile brewfile'),
  ...kinds('json', '.swcrc .babelrc .eslintrc'),
  ...kinds('dotenv', '.npmrc'),
}

/** Written by programs, or data that no person writes a port in: not worth a reader. */
const generated =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|deno\.lock|composer\.lock|cargo\.lock|poetry\.lock|uv\.lock|gemfile\.lock|go\.sum|flake\.lock)$|\.(?:min\.(?:js|css|mjs)|map|snap|lock|svg|csv|tsv|ipynb|patch|diff|log|po|pot|geojson|jsonl|ndjson)$/i

/**
 * How a file is read, by its name alone.
 *
 * @param path - with `/`, from anywhere
 * @returns `generated` for what a program wrote, undefined for what is no text that could name a port
 */
export function findFileKind(path: string): FileKind | 'generated' | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  const known = Object.hasOwn(byName, name) ? byName[name] : undefined
  if (known) return known
  const dot = name.lastIndexOf('.')
  const extension = name.slice(dot + 1)
  if (/^(?:dockerfile|containerfile)(?:[.-]|$)/.test(name)) return 'dockerfile'
  if (
    /^\.env(?:[.-]|$)|^env[.-](?:example|sample|template|dist|local|dev|development|prod|production|staging|test)\b/.test(
      name,
    )
  )
    return 'dotenv'
  if (/^(?:makefile)[.-]/.test(name)) return 'makefile'
  if (generated.test(name)) return 'generated'
  if (dot >= 0 && Object.hasOwn(byExtension, extension)) {
    // nginx's and its like's configuration is no list of assignments.
    return /^(?:conf|cfg)$/.test(extension) &&
      /nginx|caddy|haproxy|apache|httpd|supervisord|default\.conf$/.test(path.toLowerCase())
      ? 'text'
      : byExtension[extension]
  }
  // A file without an ending is a script or a note; with an unknown one it may be anything.
  if (dot <= 0) return 'text'
  const before = name.slice(0, dot)
  return /^(?:example|sample|template|dist|local|default|defaults|bak|orig|tpl|tmpl|j2|erb|in|prod|production|dev|development|staging|test)$/.test(
    extension,
  )
    ? (findFileKind(before) ?? 'text')
    : undefined
}

function kinds(kind: FileKind, names: string): Record<string, FileKind> {
  return Object.fromEntries(names.split(' ').map((name) => [name, kind]))
}
