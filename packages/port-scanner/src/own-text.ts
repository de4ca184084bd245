/** Shorter parts of a text are copies anyway, in UTF-16 code units. */
const shortest = 13

/** Copies a text into separate memory: a part of a text keeps the whole of it alive. */
export function ownText(text: string): string {
  return text.length < shortest ? text : Buffer.from(text, 'utf8').toString('utf8')
}
