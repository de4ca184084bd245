/**
 * Returns a text of the same length with the tables and the definitions of HTML as Markdown has them: `<tr><td>core</td></tr>`
 * is a row, and `<dd>` defines the term before it.
 */
export function withoutTags(text: string): string {
  if (!/<t[rd]\b|<dd\b/i.test(text)) return text
  return text
    .replace(/<tr\b[^<>]*>[^]{0,4000}?<\/tr>/gi, (row) =>
      row
        .replace(/\r?\n/g, (end) => blank(end))
        .replace(/<[^<>]*>/g, (tag) => blank(tag, /^<t[dh]\b/i.test(tag) ? '|' : ' ')),
    )
    .replace(/^[ \t]*<\/?(?:table|thead|tbody|tfoot)\b[^<>]*>[ \t]*$/gim, (line) => `+${'-'.repeat(line.length - 2)}+`)
    .replace(/<\/?(?:dl|dt|dd)\b[^<>]*>/gi, (tag) => blank(tag, /^<dd\b/i.test(tag) ? ':' : ' '))
}

function blank(tag: string, sign = ' '): string {
  return sign.padEnd(tag.length)
}
