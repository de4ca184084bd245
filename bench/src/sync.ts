import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runNode, withTempFolder } from './child.js'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'
import { interleave } from './measure.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const cli = join(root, 'packages/ports-cli/dist/bin.cjs')
const base = 'node -e 0'
/** The files of which only a part is generated, and the one that makes the folder a workspace. */
const kept = ['README.md', 'turbo.json', '.devcontainer/devcontainer.json', 'pnpm-workspace.yaml']

/** What it costs to generate everything. */
export const syncFigure: Figure = {
  title: 'driftos-ports sync of everything, against a Node that does nothing',
  method:
    'Whole processes, from spawn to exit. Before each that writes, every file that is generated whole is removed.',
  measure: (effort) => withTempFolder((folder) => measureSync(folder, effort)),
}

async function measureSync(folder: string, effort: Effort): Promise<Row[]> {
  for (const file of kept) cpSync(join(root, file), join(folder, file))
  const { stdout } = await runNode([cli, 'sync', '--json'], folder)
  const { files } = JSON.parse(stdout) as { files: { file: string }[] }
  const whole = files.map(({ file }) => file).filter((file) => !kept.includes(file))
  const sync = async () => (await runNode([cli, 'sync'], folder)).wallMs
  const writing = `sync, ${whole.length} files to write`
  const samples = await interleave(
    {
      [base]: async () => (await runNode(['-e', '0'], folder)).wallMs,
      [writing]: async () => {
        for (const file of whole) rmSync(join(folder, file))
        return sync()
      },
      'sync, nothing to write': sync,
    },
    effort === 'quick' ? 10 : 60,
  )
  return [writing, 'sync, nothing to write'].map((name) => rowOf([name, samples[name]!], [base, samples[base]!], 'ms'))
}
