import { parseSync } from 'oxc-parser'
import type { Reader } from '../dialect.js'
import { isDeepJavaScript } from '../nesting.js'
import { readProgram } from './read-program.js'

/** Reads JavaScript and TypeScript. */
export const readJavaScript: Reader = (text, path, refuse) => {
  if (isDeepJavaScript(text)) {
    refuse('nested too deep')
    return []
  }
  const { program, comments, error } = parse(text, path)
  if (error !== undefined) refuse(`invalid JavaScript: ${error}`)
  return readProgram(program, comments, text, path)
}

/** Files that end in `.js` often contain JSX, or the types of Flow, which are close to those of TypeScript. */
function parse(text: string, path: string) {
  // Code in a document may be either.
  const isPlain = !/\.(?:[cm]?ts|[jt]sx)$/.test(path)
  const first = tryParse(text, path, isPlain ? 'jsx' : undefined)
  if (first.error === undefined || !isPlain) return first
  const second = tryParse(text, path, 'tsx')
  return second.error === undefined ? second : first
}

function tryParse(text: string, path: string, lang: 'jsx' | 'tsx' | undefined) {
  const { program, comments, errors } = parseSync(path, text, lang && { lang })
  return { program, comments, error: program.body.length === 0 ? errors[0]?.message : undefined }
}
