import { UsageError, type Command } from '../command.js'
import { findDrift, writeChanges, type FileChange } from '../generate/sync.js'

export const command: Command = {
  summary: 'write every file that is generated from the registry',
  options: {
    check: { help: 'write nothing; show what differs and exit 1 if anything does' },
    json: { help: 'print { files: [{ file, state }] }; state is current, written or stale' },
  },
  async run({ values }, io, project) {
    const { root, registry } = project
    const generators = await project.loadGenerators()
    if (generators.length === 0) {
      throw new UsageError(
        'Nothing to generate: no configuration lists generators. Add some to `generate`, such as portsDocument() and envExample().',
      )
    }
    const generated = new Set(generators.map(({ file }) => file))
    const drift = await findDrift(generators, registry, root)
    // An edit that was killed after it changed the registry also lacks its changeset.
    if (!values['check']) {
      const { findMissingChangesets } = await import('../registry/edit.js')
      drift.unshift(...(await findMissingChangesets(project)))
      await writeChanges(drift, root)
    }

    const stale = new Set(drift.map(({ file }) => file))
    if (values['json']) {
      const state = values['check'] ? 'stale' : 'written'
      const files = [...new Set([...generated, ...stale])]
      const states = files.map((file) => ({ file, state: stale.has(file) ? state : 'current' }))
      io.write(`${JSON.stringify({ files: states }, null, 2)}\n`)
    } else if (drift.length > 0) {
      // Most runs find nothing, and need no diff.
      const { formatPatch, describeWritten } = await import('../generate/patch.js')
      const describe = values['check'] ? (change: FileChange) => formatPatch(change, 'generated') : describeWritten
      io.write(drift.map(describe).join(''))
      if (values['check']) io.writeError(`Out of date: ${[...stale].join(', ')}. Run \`driftos-ports sync\`.\n`)
    } else if (!values['check']) io.write(`all ${generated.size} generated files are current\n`)
    return values['check'] && drift.length > 0 ? 1 : 0
  },
}
