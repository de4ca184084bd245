/** A Markdown table. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`).join('')
}

/** A word as code, or a dash for none. */
export function code(word: string | number | undefined): string {
  return word === undefined ? '–' : `\`${word}\``
}
