/** The beginning of a text, in which no character is cut in half. */
export function clip(text: string, characters: number): string {
  return text.slice(0, characters).replace(/\p{Surrogate}$/u, '')
}
