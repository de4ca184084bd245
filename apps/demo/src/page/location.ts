/** The conversation and branch in the page's URL. */
export interface PageLocation {
  /** Undefined on the first page. */
  readonly conversationId?: string
  /** The selected branch. */
  readonly branchId?: string
}

/** Parses a URL; one without a conversation is the first page. */
export function parseLocation({ pathname, search }: Pick<URL, 'pathname' | 'search'>): PageLocation {
  const [, id] = /^\/c\/([^/]+)\/?$/.exec(pathname) ?? []
  const conversationId = id && decode(id)
  if (!conversationId) return {}
  const branchId = new URLSearchParams(search).get('branch')
  return { conversationId, ...(branchId && { branchId }) }
}

/** Returns the path of a location: `/c/<conversation>?branch=<branch>`. */
export function formatLocation({ conversationId, branchId }: PageLocation): string {
  if (conversationId === undefined) return '/'
  const search = branchId === undefined ? '' : `?${String(new URLSearchParams({ branch: branchId }))}`
  return `/c/${encodeURIComponent(conversationId)}${search}`
}

/** Returns a random id for a new conversation; everyone with the link may read and write it. */
export function newConversationId(): string {
  // Browsers offer no randomUUID on pages over plain HTTP from another machine.
  if ('randomUUID' in crypto) return crypto.randomUUID()
  return (crypto as Crypto).getRandomValues(new Uint32Array(4)).join('-')
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
