/** The parts of an error body that servers with OpenAI's API have in common. */
export interface ErrorBody {
  /** The parameters that the error names in a field: `param`, or `loc` of a validation error. */
  readonly parameters: readonly string[]
  /** `code`, `type` and `status`, in lower case. */
  readonly codes: readonly string[]
  /** The words for a person. */
  readonly text: string
}

/** How deep an error body is read. */
const deepest = 6

/**
 * Reads an error body. OpenAI and most others have `{ error: { message, type, param, code } }`, LM Studio `{ error: string }`,
 * FastAPI `{ detail: [{ loc, msg }] }`, Mistral that inside of `message`, Gemini a list, and proxies HTML.
 */
export function readErrorBody(body: string): ErrorBody {
  const parameters: string[] = []
  const codes: string[] = []
  const texts: string[] = []

  function read(value: unknown, key: string, depth: number): void {
    if (typeof value === 'string') {
      if (key === 'param') parameters.push(value)
      else if (key === 'code' || key === 'type' || key === 'status') codes.push(value.toLowerCase())
      else texts.push(value)
    } else if (typeof value === 'number') {
      codes.push(String(value))
    } else if (Array.isArray(value) && key === 'loc') {
      parameters.push(value.filter((part) => part !== 'body').join('.'))
    } else if (typeof value === 'object' && value !== null && depth < deepest) {
      // `input` of a validation error repeats the request.
      for (const [name, inner] of Object.entries(value))
        if (name !== 'input') read(inner, Array.isArray(value) ? key : name, depth + 1)
    }
  }

  try {
    read(JSON.parse(body), '', 0)
  } catch {
    texts.push(body)
  }
  return { parameters: parameters.filter(Boolean), codes, text: texts.join('\n') }
}
