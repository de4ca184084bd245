import { structuredPatch } from 'diff'
import { formatPatch } from '../check/patch.js'
import { UsageError, type Command } from '../command.js'
import { findDrift, writeChanges, type FileChange } from '../generate/sync.js'
import { findMissingChangesets } from '../registry/edit.js'

export const command: Command = {
  summary: 'write every file that is generated from the registry',
  usage: '',
  options: {
    check: { type: 'boolean', help: 'write nothing; show what differs and exit 1 if anything does' },
    json: { type: 'boolean', help: 'print { files: [{ file, state }] }; state is current, written or stale' },
  },
  registry: 'required',
  async run({ values }, io, project) {
    const { root, registry } = project
    const generators = await project.loadGenerators()
    if (generators.length === 0) {
      throw new UsageError(
        'Nothing to generate: no configuration lists generators. Add some to `generate`, such as portsDocument() and envExample().',
      )
    }
    const all = [...new Set(generators.map(({ file }) => file))]
    const drift = await findDrift(generators, registry, root)
    // An edit that was killed after it changed the registry also lacks its changeset.
    if (!values['check']) drift.unshift(...(await findMissingChangesets(project)))
    if (!values['check']) await writeChanges(drift, root)

    const state = values['check'] ? 'stale' : 'written'
    const stale = new Set(drift.map(({ file }) => file))
    if (values['json']) {
      const files = all.map((file) => ({ file, state: stale.has(file) ? state : 'current' }))
      io.write(`${JSON.stringify({ files }, null, 2)}\n`)
    } else if (values['check']) {
      io.write(drift.map((change) => formatPatch(change, 'generated')).join(''))
      if (drift.length > 0) io.writeError(`Out of date: ${[...stale].join(', ')}. Run \`driftos-ports sync\`.\n`)
    } else {
      io.write(drift.map(describeWritten).join('') || `all ${all.length} generated files are current\n`)
    }
    return values['check'] && drift.length > 0 ? 1 : 0
  },
}

/** Describes how much of a file was replaced, since it may have been edited by hand. */
function describeWritten({ file, present, wanted }: FileChange): string {
  if (wanted === undefined) return `removed ${file}\n`
  if (present === undefined) return `wrote ${file}\n`
  const { hunks } = structuredPatch(file, file, present, wanted, undefined, undefined, { context: 0 })
  const lines = hunks.reduce((sum, { oldLines, newLines }) => sum + Math.max(oldLines, newLines), 0)
  return `rewrote ${file}: ${lines} ${lines === 1 ? 'line' : 'lines'} differed from the registry\n`
}
