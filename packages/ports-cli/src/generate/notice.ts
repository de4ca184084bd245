/** Marks a generated file, behind its format's comment sign. */
export const generatedNotice = 'Generated from the port registry by `driftos-ports sync`. Do not edit.'

/** Returns a text on one line, for a format in which a line break would begin something else. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\s\u0085]+/g, ' ').trim()
}
