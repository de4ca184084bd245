import { fileURLToPath } from 'node:url'
import { runNode } from './child.js'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'
import { interleave } from './measure.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const cli = 'packages/ports-cli/dist/bin.cjs'
const base = 'node -e 0'

/** Measures commands against a Node process that does nothing. */
export const cliFigure: Figure = {
  title: 'driftos-ports, against a Node process that does nothing',
  method: 'Whole processes, from spawn to exit, without pnpm. sync has nothing to write.',
  measure: measureCommands,
}

async function measureCommands(effort: Effort): Promise<Row[]> {
  const commands = { list: [cli, 'list'], 'show core': [cli, 'show', 'core'], 'sync --check': [cli, 'sync', '--check'] }
  const tasks = Object.entries({ [base]: ['-e', '0'], ...commands }).map(
    ([name, args]) => [name, async () => (await runNode(args, root)).wallMs] as const,
  )
  const samples = await interleave(Object.fromEntries(tasks), effort === 'quick' ? 2 : 60)
  const nothing = [base, samples[base]!] as const
  return Object.keys(commands).map((name) =>
    rowOf(
      [name, samples[name]!],
      nothing,
      'ms',
      name === 'list'
        ? { goal: { of: 'ratio', atMost: 1.15, limit: 'loading the program takes half of the difference' } }
        : {},
    ),
  )
}
