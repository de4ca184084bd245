import { oneLine } from './notice.js'

/** Returns a Markdown table. A cell may contain Markdown; {@link text} and {@link code} make one of a plain text. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}

/** Returns a plain text as a cell of a Markdown table, on one line. */
export function text(plain: string): string {
  return oneLine(plain)
    .replaceAll(/[\\|]/g, String.raw`\$&`)
    .replaceAll('<', '&lt;')
}

/** Returns a word as inline code in a cell, or a dash for none. */
export function code(word: string | number | undefined): string {
  if (word === undefined) return '–'
  const plain = oneLine(String(word)).replaceAll('|', String.raw`\|`)
  return plain.includes('`') ? `\`\` ${plain} \`\`` : `\`${plain}\``
}
