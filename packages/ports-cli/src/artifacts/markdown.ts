/** A Markdown table; a cell may not hold a bar. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}

/** A word as code, or a dash for none. */
export function code(word: string | number | undefined): string {
  return word === undefined ? '–' : `\`${word}\``
}
