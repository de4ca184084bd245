import type { Generator } from '../project/config.js'

interface VscodeTasksOptions {
  readonly file?: string
  /** The command that runs driftos-ports in this repository, and its first arguments; `npx driftos-ports` unless given. */
  readonly command?: readonly [string, ...string[]]
  /** The command that starts all services, such as `['pnpm', 'dev']`, where there is one. */
  readonly start?: readonly [string, ...string[]]
}

/**
 * Returns the generator of VS Code's tasks: `status`, `doctor`, and `wait` for each active service. No
 * task contains a port, so the file works in every checkout.
 */
export function vscodeTasks({
  file = '.vscode/tasks.json',
  command = ['npx', 'driftos-ports'],
  start,
}: VscodeTasksOptions = {}): Generator {
  return {
    file,
    render({ services }) {
      const active = Object.entries(services).filter(([, { status }]) => status === 'active')
      const [program, ...first] = command
      const task = (label: string, ...args: string[]) => toTask(label, [program, ...first, ...args])
      const tasks = [
        ...(start ? [{ ...toTask('Start the services', start), isBackground: true }] : []),
        task('Ports: list', 'list'),
        task('Ports: status', 'status'),
        task('Ports: doctor', 'doctor'),
        ...active.map(([name]) => task(`Wait for ${name}`, 'wait', name)),
      ]
      return `${JSON.stringify({ version: '2.0.0', tasks }, null, 2)}\n`
    },
  }
}

/** A task that VS Code starts without a shell, so that no argument is quoted. */
function toTask(label: string, [command, ...args]: readonly [string, ...string[]]) {
  return { label, type: 'process', command, args, problemMatcher: [] as string[] }
}
