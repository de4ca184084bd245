import { DriftError } from '@driftos/drift'

/**
 * Decodes tokens of cl100k_base, the encoding of OpenAI's embedding models, which LangChain and others send. The encoding
 * is loaded at the first use.
 *
 * @throws {DriftError} 400 for a number that is not a token, or a text that the database could not store
 */
export async function decodeTokens(lists: readonly (readonly number[])[]): Promise<string[]> {
  const { decode } = await import('gpt-tokenizer/encoding/cl100k_base')
  return lists.map((tokens) => {
    try {
      // A part of a character becomes U+FFFD, and NUL cannot be stored.
      return decode(tokens).replaceAll('\0', '\uFFFD')
    } catch {
      throw new DriftError(
        400,
        'INVALID_REQUEST',
        `input: ${findInvalid(tokens, decode)} is not a token of cl100k_base`,
      )
    }
  })
}

function findInvalid(tokens: readonly number[], decode: (tokens: number[]) => string): number | undefined {
  return tokens.find((token) => {
    try {
      decode([token])
      return false
    } catch {
      return true
    }
  })
}
