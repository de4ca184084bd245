/** Parsers use the stack for each level; the native one ends the process when the stack is full. */
const maxLevels = 1000

/** An opening or a closing bracket. */
const brackets = /[()[\]{}]/g

/** What nests without a bracket, such as `a => b => c`, `a ? b ? c`, `if (a) if (b)` and `<a><b>`; or what ends such a chain. */
const links = /\bfor\s*\([^()]*\)|=>|[?:=@]|<(?=[\w>])|<\/|\/>|\b(?:if|while|do|new|else|extends)\b|[;,}](?!\s*else\b)/g

/** Returns whether brackets are open in each other too often. Brackets in texts and comments count too. */
export function hasDeepBrackets(text: string): boolean {
  if (text.length < maxLevels) return false
  let depth = 0
  for (const [bracket] of text.matchAll(brackets)) {
    if (!'([{'.includes(bracket)) depth = Math.max(0, depth - 1)
    else if (++depth > maxLevels) return true
  }
  return false
}

/** Returns whether JavaScript may be nested deeper than its parser can read. */
export function isDeepJavaScript(text: string): boolean {
  if (text.length < maxLevels) return false
  let length = 0
  for (const [link] of text.matchAll(links)) {
    if (';,}'.includes(link)) length = 0
    else if (link === '</' || link === '/>') length = Math.max(0, length - 1)
    else if (++length > maxLevels) return true
  }
  return hasDeepBrackets(text)
}
