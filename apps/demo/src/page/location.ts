/** What the page's address says. */
export interface PageLocation {
  /** Undefined on the first page. */
  readonly conversationId?: string
  /** The branch that is looked at. */
  readonly branchId?: string
}

/** Reads an address; what is no conversation's is the first page. */
export function parseLocation({ pathname, search }: Pick<URL, 'pathname' | 'search'>): PageLocation {
  const [, id] = /^\/c\/([^/]+)\/?$/.exec(pathname) ?? []
  const conversationId = id && decode(id)
  if (!conversationId) return {}
  const branchId = new URLSearchParams(search).get('branch')
  return { conversationId, ...(branchId && { branchId }) }
}

/** The address of a place: `/c/<conversation>?branch=<branch>`. */
export function formatLocation({ conversationId, branchId }: PageLocation): string {
  if (conversationId === undefined) return '/'
  const search = branchId === undefined ? '' : `?${String(new URLSearchParams({ branch: branchId }))}`
  return `/c/${encodeURIComponent(conversationId)}${search}`
}

/** An id for a new conversation. Nobody can guess it: who has the link may read and write. */
export function newConversationId(): string {
  // Browsers have no randomUUID on pages that come over plain HTTP from another machine.
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
