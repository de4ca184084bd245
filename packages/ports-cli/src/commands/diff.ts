import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getColors } from '../colors.js'
import { UsageError, type Command, type Io } from '../command.js'
import { readBaseline } from '../registry/baseline.js'
import { greatest, isEnough, type Bump, type Change } from '../registry/change.js'
import { readRelease } from '../registry/release.js'
import { compare } from '../registry/rules.js'
import { parseRegistry, RegistrySource } from '../registry/registry-source.js'
import { findWorkspace, readManifest } from '../registry/workspace.js'

export const command: Command = {
  help: `What changed in the registry, and the release that it demands: major, minor, patch or none.

Usage: driftos-ports diff [--since REF|VERSION|FILE] [--check] [--json]

  --since REF  what to compare with: a branch, tag or commit, where this branch left it; a version that
               was released; or a ports.json or registry.ts. The last release unless given, and before
               the first one the base branch
  --check      exits 1 when the changesets written since then make less of a release than is demanded
  --json       { since, bump, release, changes: [{ kind, bump, subject, before, after }] }
`,
  options: { since: { type: 'string' }, check: { type: 'boolean' }, json: { type: 'boolean' } },
  async run({ values, positionals }, io) {
    if (positionals.length > 0) throw new UsageError(`diff takes no ${JSON.stringify(positionals[0])}`)
    const workspace = findWorkspace(io.cwd)
    const baseline = await readBaseline(values['since'] as string | undefined, io.cwd, workspace)
    const source = new RegistrySource(await readFile(join(workspace.root, workspace.registryFile), 'utf8'))
    const changes = compare(baseline.registry, parseRegistry(source))
    const bump = greatest(changes.map((change) => change.bump))
    const release = await readRelease(baseline, workspace)

    if (values['json']) {
      io.write(`${JSON.stringify({ since: baseline.title, bump, release, changes }, null, 2)}\n`)
    } else io.write(format(changes, bump, baseline.title, io))
    if (!values['check'] || isEnough(release, bump)) return 0
    const { name } = await readManifest(workspace.root, workspace.manifestFile)
    io.writeError(formatDemand(changes, bump, release, name))
    return 1
  },
}

function format(changes: readonly Change[], bump: Bump, since: string, io: Io): string {
  if (changes.length === 0) return `nothing in the registry has changed since ${since}\n`
  const colors = getColors(io)
  const rows = [
    ['demands', 'what', 'of', 'before', 'now'],
    ...changes.map(({ kind, bump: demand, subject, before, after }) => [
      demand,
      kind,
      subject,
      String(before ?? '–'),
      String(after ?? '–'),
    ]),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
  return `${colors.bold(lines[0] ?? '')}\n${lines.slice(1).join('\n')}\n\nsince ${since}: ${bump}\n`
}

/** What is missing, and the changeset that would do. */
function formatDemand(changes: readonly Change[], bump: Bump, release: Bump, name: string): string {
  const texts = changes
    .filter((change) => change.bump === bump)
    .map(({ kind, subject, before, after }) => `\`${subject}\`: ${kind}, ${before ?? 'none'} -> ${after ?? 'none'}.`)
  const made = release === 'none' ? 'no changeset speaks of it' : `the changesets make it ${release}`
  return `The registry demands a ${bump} release of ${name}, and ${made}. Write in .changeset, for its users:

---
'${name}': ${bump}
---

${texts.join('\n')}
`
}
