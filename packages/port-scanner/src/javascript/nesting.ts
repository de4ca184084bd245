/**
 * How deep a tree may be, in operators. oxc recurses, and ends the process when its stack is used up: by
 * some 10,000 operators, or 3,000 brackets, on the stack of a worker.
 */
const maxDepth = 5000

/** How much of the stack a bracket or a clause takes, against an operator's 1. */
const clause = 5

/** Words that open a clause, or stand before an operand, on whatever line it begins. */
const openingWords =
  /^(?:else|while|for|if|with|do|extends|await|new|typeof|void|delete|keyof|in|instanceof|yield|readonly)$/

/**
 * Whether a text may be nested so deeply that its parser exhausts the stack: by brackets, or by chains such
 * as `a ? b : c ? d : …` and `a + b + …` that need none. An estimate, rather too high than too low, in
 * linear time.
 */
export function isTooDeep(text: string): boolean {
  return text.length > maxDepth / clause && (maxBrackets(text) * clause > maxDepth || maxChain(text) > maxDepth)
}

/** The most brackets that are open at a time, those in strings and comments counted too. */
function maxBrackets(text: string): number {
  let open = 0
  let most = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (isOpening(character)) most = Math.max(most, ++open)
    else if (isClosing(character) && open > 0) open--
  }
  return most
}

/** The most clauses and operators that may hang on one another, with the brackets around them. */
function maxChain(text: string): number {
  /** The weight of what hangs together in each open bracket, and whether the bracket is a clause's head. */
  const levels = [{ weight: 0, isHead: false }]
  let sum = 0
  let most = 0
  /** Whether a statement may end here: behind a value, not behind an operator or a clause's head. */
  let mayEnd = true
  let isNewLine = false
  let isHead = false
  /** Whether a semicolon is behind us, which ends all but an `if` that an `else` follows. */
  let hasEnded = false
  const add = (weight: number) => {
    const level = levels.at(-1)!
    const change = Math.max(weight, -level.weight)
    level.weight += change
    sum += change
    most = Math.max(most, sum)
  }
  const tokens = /\n|[\w$@#]+|["']|\/[/*>]?|<\/?|=(?=["'{])|[^\s\w$@#]/g
  for (let found = tokens.exec(text); found; found = tokens.exec(text)) {
    const token = found[0]
    if (hasEnded && !/^(?:\s|\/[/*]|else$)/.test(token)) add(-Infinity)
    hasEnded = token === ';' || (hasEnded && /^(?:\s|\/[/*])/.test(token))
    if (token === '\n') isNewLine = true
    else if (token === '//' || token === '/*') tokens.lastIndex = endOfComment(text, found.index)
    else if (/[\w$@#"']/.test(token[0]!)) {
      if (isNewLine && mayEnd && !/^(?:else|in|instanceof|extends)$/.test(token)) add(-Infinity)
      isNewLine = false
      if (token === '"' || token === "'") tokens.lastIndex = endOfString(text, found.index)
      isHead = openingWords.test(token)
      mayEnd = !isHead
      if (isHead) add(clause)
      else if (token === 'as' || token === 'satisfies') add(1)
    } else {
      isNewLine = false
      mayEnd = false
      const character = token.charCodeAt(0)
      if (isOpening(character)) {
        levels.push({ weight: 0, isHead })
        sum += clause
        most = Math.max(most, sum)
      } else if (isClosing(character)) {
        mayEnd = true
        if (levels.length > 1) {
          add(-Infinity)
          mayEnd = !levels.pop()!.isHead
          sum -= clause
          add(1)
        }
      } else add(weightOf(token, text[found.index + 1]))
      isHead = false
    }
  }
  return most
}

function weightOf(token: string, next: string | undefined): number {
  if (token === ';') return 0
  if (token === ',') return -Infinity
  if (token === '?' || token === ':' || token === '<') return clause
  // A tag's end takes away what its angles and the start's have added; an attribute adds nothing.
  if (token === '</') return -clause - 2
  if (token === '/>') return -clause
  if (token === '=') return next === '"' || next === "'" || next === '{' ? 0 : clause
  return 1
}

function endOfComment(text: string, start: number): number {
  const isLine = text[start + 1] === '/'
  const end = text.indexOf(isLine ? '\n' : '*/', start + 2)
  return end < 0 ? text.length : isLine ? end : end + 2
}

function endOfString(text: string, start: number): number {
  const quote = text[start]
  let at = start + 1
  while (at < text.length && text[at] !== quote && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

function isOpening(character: number): boolean {
  return character === 40 || character === 91 || character === 123
}

function isClosing(character: number): boolean {
  return character === 41 || character === 93 || character === 125
}
