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
  const { program, comments, errors } = parseSync(path, text)
  if (errors.length > 0 && program.body.length === 0) refuse(`invalid JavaScript: ${errors[0]!.message}`)
  return readProgram(program, comments, text, path)
}
