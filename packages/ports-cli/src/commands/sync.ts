import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { history, ranges, services } from '@driftos/ports'
import { createTwoFilesPatch } from 'diff'
import { artifacts } from '../artifacts/index.js'
import { findDrift, writeDrift, type Drift } from '../artifacts/synchronize.js'
import { UsageError, type Command } from '../command.js'

export const command: Command = {
  help: `Writes every file that is generated from the registry.

Usage: driftos-ports sync [--check] [--json]

  --check  writes nothing; shows what differs and exits 1 if anything does
  --json   { files: [{ file, state }] }, state being current, written or stale
`,
  options: { check: { type: 'boolean' }, json: { type: 'boolean' } },
  async run({ values, positionals }, io) {
    if (positionals.length > 0) throw new UsageError(`sync takes no ${JSON.stringify(positionals[0])}`)
    const root = findRoot(process.cwd())
    const drift = await findDrift(artifacts, { services, ranges, history }, root)
    if (!values['check']) await writeFiles(drift, root)

    const state = values['check'] ? 'stale' : 'written'
    const stale = new Set(drift.map(({ file }) => file))
    if (values['json']) {
      const files = artifacts.map(({ file }) => ({ file, state: stale.has(file) ? state : 'current' }))
      io.write(`${JSON.stringify({ files }, null, 2)}\n`)
    } else if (values['check']) {
      io.write(drift.map(formatDiff).join(''))
      if (drift.length > 0) io.writeError(`${[...stale].join(', ')}: not what the registry generates; run sync\n`)
    } else {
      const lines = drift.map(({ file, present }) => `${present === undefined ? 'wrote' : 'rewrote'} ${file}\n`)
      io.write(lines.join('') || `all ${artifacts.length} generated files are current\n`)
    }
    return values['check'] && drift.length > 0 ? 1 : 0
  },
}

/** The nearest folder upward that is a repository's root. */
function findRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'pnpm-workspace.yaml'))) return folder
    if (dirname(folder) === folder) throw new UsageError(`No folder from ${start} upward holds a pnpm-workspace.yaml`)
  }
}

async function writeFiles(drift: readonly Drift[], root: string): Promise<void> {
  try {
    await writeDrift(drift, root)
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException
    throw new UsageError(
      `Cannot write ${path ?? 'a generated file'} (${code ?? message}); what was not yet written is as it was`,
    )
  }
}

function formatDiff({ file, present, wanted }: Drift): string {
  return createTwoFilesPatch(
    file,
    file,
    present ?? '',
    wanted,
    present === undefined ? 'missing' : 'as it is',
    'generated',
  )
}
