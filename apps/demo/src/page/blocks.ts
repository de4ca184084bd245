/**
 * Splits Markdown into blocks that can be shown separately: at blank lines outside of code, before a line that does not
 * continue a list item.
 */
export function splitBlocks(text: string): string[] {
  const blocks: string[] = []
  let block: string[] = []
  let fence: string | undefined
  for (const line of text.split('\n')) {
    if (fence === undefined && /^\S/.test(line) && block.at(-1)?.trim() === '') {
      blocks.push(block.join('\n'))
      block = []
    }
    const marker = /^\s*(```|~~~)/.exec(line)?.[1]
    if (marker !== undefined && (fence === undefined || fence === marker))
      fence = fence === undefined ? marker : undefined
    block.push(line)
  }
  return [...blocks, block.join('\n')]
}
