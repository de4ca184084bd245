/** The size of a branch's context, compared with the whole conversation. */
export interface Saving {
  readonly messages: { readonly context: number; readonly history: number }
  /** Approximate: four characters are counted as one token. */
  readonly tokens: { readonly context: number; readonly history: number }
  /** The saved share of the tokens, from 0 to 1; 0 if the context is not smaller. */
  readonly share: number
}

const charactersPerToken = 4

/** Computes the saving; the facts are part of the context. */
export function countSaving(
  history: readonly { readonly content: string }[],
  context: readonly { readonly content: string }[],
  factLines: readonly string[],
): Saving {
  const tokens = {
    context: tokensOf([...context.map(({ content }) => content), ...factLines]),
    history: tokensOf(history.map(({ content }) => content)),
  }
  return {
    messages: { context: context.length, history: history.length },
    tokens,
    share: tokens.history === 0 ? 0 : Math.max(0, 1 - tokens.context / tokens.history),
  }
}

function tokensOf(texts: readonly string[]): number {
  return Math.ceil(texts.reduce((sum, { length }) => sum + length, 0) / charactersPerToken)
}
