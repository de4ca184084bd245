import { getColors } from '../colors.js'
import { print, type Command, type Io } from '../command.js'
import { checks, type Check, type Problem } from '../doctor/checks.js'
import { findMachine } from '../doctor/machine.js'

interface Result extends Pick<Check, 'name' | 'title'> {
  readonly problems: readonly Problem[]
  readonly isSkipped?: true
}

export const command: Command = {
  summary: 'find port problems on this machine, each with its fix',
  options: {
    json: { help: 'print { checks: [{ name, title, problems: [{ message, fix }], isSkipped? }] }' },
  },
  details: 'Reads only: nothing is stopped, freed or written. Exit code 1 when something is wrong.',
  async run({ values }, io, project) {
    const machine = await findMachine(values, io, project)
    const results = checks.map(({ name, title, find, needsPorts = false }): Result => {
      const isSkipped = needsPorts && machine.invalidVariables.length > 0
      return { name, title, problems: isSkipped ? [] : find(machine), ...(isSkipped && { isSkipped }) }
    })
    print(io, values, { checks: results }, results.map((result) => format(result, io)).join(''))
    return results.every(({ problems }) => problems.length === 0) ? 0 : 1
  },
}

function format({ name, title, problems, isSkipped }: Result, io: Io): string {
  const colors = getColors(io)
  const width = Math.max(...checks.map((check) => check.name.length))
  const start = (label: string) => `${label.padEnd(7)}  ${name.padEnd(width)}  `
  if (isSkipped) return colors.dim(`${start('skipped')}until the variables are valid`) + '\n'
  if (problems.length === 0) return colors.dim(`${start('ok')}${title}`) + '\n'
  const indent = ' '.repeat(start('').length)
  return problems
    .map(({ message, fix }) => `${colors.red(start('problem'))}${message}\n${indent}${colors.dim(fix)}\n`)
    .join('')
}
