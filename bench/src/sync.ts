import { cpSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runNode, withTempFolder } from './child.js'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'
import { interleave } from './measure.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const cli = join(root, 'packages/ports-cli/dist/bin.cjs')
const base = 'node -e 0'
/** The notice in files that are generated as a whole. */
const notice = 'Generated from the port registry'

/** Measures the generation of all files. */
export const syncFigure: Figure = {
  title: 'driftos-ports sync of everything, against a Node process that does nothing',
  method:
    'Whole processes, from spawn to exit. Before each that writes, every file that is generated whole is removed.',
  measure: (effort) => withTempFolder((folder) => measureSync(folder, effort)),
}

async function measureSync(folder: string, effort: Effort): Promise<Row[]> {
  const { stdout } = await runNode([cli, 'sync', '--check', '--json'], root)
  const files = (JSON.parse(stdout) as { files: { file: string }[] }).files.map(({ file }) => file)
  const sources = [
    'package.json',
    'driftos-ports.config.ts',
    'packages/ports/package.json',
    'packages/ports/src/registry.ts',
  ]
  for (const file of [...files, ...sources]) cpSync(join(root, file), join(folder, file))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  const whole = files.filter((file) => readFileSync(join(root, file), 'utf8').includes(notice))
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
    effort === 'quick' ? 2 : 60,
  )
  return [writing, 'sync, nothing to write'].map((name) => rowOf([name, samples[name]!], [base, samples[base]!], 'ms'))
}
