import { structuredPatch } from 'diff'
import { listGenerated } from '../generate/index.js'
import { artifactNames } from '../generate/names.js'
import { findDrift, writeDrift, type Drift } from '../generate/synchronize.js'
import { UsageError, type Command } from '../command.js'
import { formatPatch } from '../check/patch.js'

export const command: Command = {
  summary: 'write every file that is generated from the registry',
  usage: '',
  options: {
    check: { type: 'boolean', help: 'write nothing; show what differs and exit 1 if anything does' },
    json: { type: 'boolean', help: 'print { files: [{ file, state }] }; state is current, written or stale' },
  },
  registry: 'required',
  async run({ values }, io, { root, registry, config }) {
    if (root === undefined) throw new UsageError(`No folder from ${io.cwd} upward holds a pnpm-workspace.yaml`)
    const generated = listGenerated(registry, config)
    if (generated.length === 0) {
      throw new UsageError(`The configuration names no artifacts; there are ${artifactNames.join(', ')}`)
    }
    const all = [...new Set(generated.map(({ file }) => file))]
    const drift = await findDrift(generated, registry, root)
    if (!values['check']) await writeDrift(drift, root)

    const state = values['check'] ? 'stale' : 'written'
    const stale = new Set(drift.map(({ file }) => file))
    if (values['json']) {
      const files = all.map((file) => ({ file, state: stale.has(file) ? state : 'current' }))
      io.write(`${JSON.stringify({ files }, null, 2)}\n`)
    } else if (values['check']) {
      io.write(drift.map((file) => formatPatch(file, 'generated')).join(''))
      if (drift.length > 0) io.writeError(`${[...stale].join(', ')}: not what the registry generates; run sync\n`)
    } else {
      io.write(drift.map(describeWritten).join('') || `all ${all.length} generated files are current\n`)
    }
    return values['check'] && drift.length > 0 ? 1 : 0
  },
}

/** What was written, and whether that undid somebody's edit or an older state. */
function describeWritten({ file, present, wanted }: Drift): string {
  if (present === undefined) return `wrote ${file}\n`
  const { hunks } = structuredPatch(file, file, present, wanted, undefined, undefined, { context: 0 })
  const lines = hunks.reduce((sum, { oldLines, newLines }) => sum + Math.max(oldLines, newLines), 0)
  return `rewrote ${file}: ${lines} ${lines === 1 ? 'line' : 'lines'} differed from what the registry generates\n`
}
