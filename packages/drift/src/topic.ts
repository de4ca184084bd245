const longest = 80

/** Returns the topic of a branch from its first message: the first sentence, cut at a word. */
export function topicOf(content: string): string {
  const line = content.replaceAll(/\s+/g, ' ').trim()
  const [sentence = line] = line.split(/(?<=[.!?。！？])\s/u, 1)
  // By code points: a cut within one would leave half a character.
  const characters = Array.from(sentence)
  if (characters.length <= longest) return sentence
  const cut = characters.slice(0, longest - 1).join('')
  const space = cut.lastIndexOf(' ')
  return `${space > longest / 2 ? cut.slice(0, space) : cut}…`
}
