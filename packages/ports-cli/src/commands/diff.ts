import { readFileSync } from 'node:fs'
import { getColors } from '../colors.js'
import { print, type Command, type Io } from '../command.js'
import { readBaseline, readManifest } from '../registry/baseline.js'
import { readRelease } from '../registry/changeset.js'
import { compare, greatest, isEnough, type Bump, type Change } from '../registry/diff.js'
import { assertEditable } from '../registry/edit.js'
import { readTables } from '../project/source.js'

export const command: Command = {
  summary: 'show what changed in the registry since the last release, and the release that it requires',
  options: {
    since: {
      value: 'REF|VERSION|FILE',
      help: 'compare with a git reference, a released version, or a registry file; default: the last release',
    },
    check: { help: 'exit 1 when the changesets since then make a smaller release than required' },
    json: { help: 'print { since, bump, release, changes: [{ kind, bump, subject, before, after }] }' },
  },
  details: `The last release is the highest version tag <package>@<version> of this branch. Exits 2 when it cannot be found for
certain: in a shallow clone, or where the changelog has releases and git has no tag. A package without any release is
compared with its base branch, and --check then passes.`,
  async run({ values }, io, project) {
    const editable = assertEditable(project)
    const baseline = await readBaseline(editable, values['since'] as string | undefined, io.cwd)
    const { registryFile } = editable
    const changes = compare(baseline.tables, readTables(readFileSync(registryFile, 'utf8'), registryFile))
    const bump = greatest(changes.map((change) => change.bump))
    const release = readRelease(editable, baseline)

    const since = baseline.title
    print(io, values, { since, bump, release, changes }, format(changes, bump, since, io))
    const { name = 'this package' } = readManifest(editable)
    if (!baseline.isGated) io.writeError(`${name} was never released: no change needs a changeset yet.\n`)
    if (!values['check'] || !baseline.isGated || isEnough(release, bump)) return 0
    io.writeError(formatDemand(changes, bump, release, name))
    return 1
  },
}

function format(changes: readonly Change[], bump: Bump, since: string, io: Io): string {
  if (changes.length === 0) return `nothing in the registry has changed since ${since}\n`
  const rows = [
    ['release', 'what', 'of', 'before', 'now'],
    ...changes.map(({ kind, bump: required, subject, before = '–', after = '–' }) => {
      return [required, kind, subject, String(before), String(after)]
    }),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const pad = (cell: string, column: number) => cell.padEnd(widths[column]!)
  const [heading, ...lines] = rows.map((row) => row.map(pad).join('  ').trimEnd())
  return `${getColors(io).bold(heading!)}\n${lines.join('\n')}\n\nsince ${since}: ${bump}\n`
}

/** Returns the message about a missing changeset, with one that is sufficient. */
function formatDemand(changes: readonly Change[], bump: Bump, release: Bump, name: string): string {
  const texts = changes
    .filter((change) => change.bump === bump)
    .map(({ kind, subject, before = 'none', after = 'none' }) => `\`${subject}\`: ${kind}, ${before} -> ${after}.`)
  const made = release === 'none' ? 'there is no changeset for it' : `the changesets make it ${release}`
  return `The registry requires a ${bump} release of ${name}, and ${made}. Add a file to .changeset, for users of the package:

---
'${name}': ${bump}
---

${texts.join('\n')}
`
}
