import type { Command } from './command.js'
import { commands, leadingOptions, loadCommand } from './commands.js'

const width = 80
const gap = 2

/** Renders the list of commands. */
export async function renderOverview(): Promise<string> {
  const names = Object.keys(commands)
  const rows = await Promise.all(names.map(async (name) => [name, (await loadCommand(name)).summary] as const))
  return `Finds, checks and changes the ports of this repository's port registry.

Usage: driftos-ports <command> [options]

Commands:
${renderTable(rows)}

Global options:
${renderOptions(leadingOptions)}

Run \`driftos-ports help <command>\` for the options of a command.
Colors follow NO_COLOR, FORCE_COLOR and the terminal.
Exit codes: 0 success, 1 findings or a service that is not up, 2 wrong usage or configuration.
`
}

/** Renders the help of one command. */
export function renderHelp(name: string, { summary, usage, options, details }: Command): string {
  const words = ['driftos-ports', name, usage, '[options]'].filter(Boolean)
  const sections = [
    wrapLines(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`),
    `Usage: ${words.join(' ')}`,
    `Options:\n${renderOptions(options)}`,
    ...(details === undefined ? [] : [wrapLines(details)]),
  ]
  return `${sections.join('\n\n')}\n`
}

function renderOptions(options: Command['options']): string {
  const rows = Object.entries(options).map(([name, { value, choices, short, multiple, help }]) => {
    const flag = `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`
    const notes = [help, choices && `one of ${choices.join(', ')}`, multiple && 'repeatable']
    return [flag, notes.filter(Boolean).join('; ')] as const
  })
  return renderTable(rows)
}

/** Renders two columns; a long text continues below itself. */
function renderTable(rows: readonly (readonly [string, string])[]): string {
  const first = Math.max(...rows.map(([name]) => name.length)) + 2 * gap
  return rows
    .map(([name, text]) => {
      const lines = wrap(text, width - first)
      return `${' '.repeat(gap)}${name}`.padEnd(first) + lines.join(`\n${' '.repeat(first)}`)
    })
    .join('\n')
}

/** Breaks a line at blanks; an indented line is an example and is kept. */
function wrap(line: string, limit: number): string[] {
  if (line.length <= limit || /^\s/.test(line)) return [line]
  const end = line.lastIndexOf(' ', limit)
  return end <= 0 ? [line] : [line.slice(0, end), ...wrap(line.slice(end + 1), limit)]
}

function wrapLines(text: string): string {
  const lines = text.split('\n')
  return lines.flatMap((line) => wrap(line, width)).join('\n')
}
