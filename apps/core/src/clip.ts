/** Returns the start of a text without cutting a character in half. */
export function clip(text: string, characters: number): string {
  return text.slice(0, characters).replace(/\p{Surrogate}$/u, '')
}
