import { readShell } from '../shell/read-shell.js'
import { merge } from '../sight.js'
import type { Sighting } from '../sighting.js'
import { readText } from '../text/text.js'

/** The ports in a command that is a list of quoted words: `["node", "main.js", "--port", "3000"]`. */
export function readWordList(list: string): Sighting[] {
  return merge(readShell(unquote(list), ''), readText(list, { style: 'code' }))
}

/** The same words as a command line, each at its place. */
function unquote(list: string): string {
  let isInside = false
  let line = ''
  for (let at = 0; at < list.length; at++) {
    const character = list[at]!
    if (character === '\\' && isInside) {
      line += list.slice(at, at + 2)
      at += 1
    } else if (character === '"' || character === "'") {
      isInside = character === '"' ? !isInside : isInside
      line += isInside && character === "'" ? character : ' '
    } else line += isInside || (character.trim() !== '' && !'[],'.includes(character)) ? character : ' '
  }
  return line
}
