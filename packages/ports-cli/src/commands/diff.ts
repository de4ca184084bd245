import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getColors } from '../colors.js'
import type { Command, Io } from '../command.js'
import { readBaseline } from '../registry/baseline.js'
import { greatest, isEnough, type Bump, type Change } from '../registry/change.js'
import { readRelease } from '../registry/release.js'
import { compare } from '../registry/rules.js'
import { parseRegistry, RegistrySource } from '../registry/registry-source.js'
import { findWorkspace, readManifest } from '../registry/workspace.js'

export const command: Command = {
  summary: 'show what changed in the registry and the release that it requires',
  usage: '',
  options: {
    since: {
      type: 'string',
      value: 'REF|VERSION|FILE',
      help: 'compare with a git reference, a released version, or a ports.json or registry.ts; default: the last release',
    },
    check: { type: 'boolean', help: 'exit 1 when the changesets since then make a smaller release than required' },
    json: { type: 'boolean', help: 'print { since, bump, release, changes }' },
  },
  registry: 'required',
  async run({ values }, io) {
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
