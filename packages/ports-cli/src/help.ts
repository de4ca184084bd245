import type { Command, Option } from './command.js'

const width = 80
const gap = 2

/** Renders the list of commands. */
export function renderOverview(
  summaries: Readonly<Record<string, string>>,
  globalOptions: Readonly<Record<string, Option>>,
): string {
  return `Finds, checks and changes the ports of this repository's port registry.

Usage: driftos-ports <command> [options]

Commands:
${renderTable(Object.entries(summaries))}

Global options:
${renderTable(Object.entries(globalOptions).map(optionRow))}

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
    `Options:\n${renderTable(Object.entries(options).map(optionRow))}`,
    ...(details === undefined ? [] : [wrapLines(details)]),
  ]
  return `${sections.join('\n\n')}\n`
}

function optionRow([name, { value, choices, short, multiple, help }]: [string, Option]): [string, string] {
  const flag = `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`
  const notes = [help, choices && `one of ${choices.join(', ')}`, multiple && 'repeatable']
  return [flag, notes.filter(Boolean).join('; ')]
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
