const prefix = 'driftos-demo-draft:'

/** Returns the text that was not sent yet in a conversation; drafts live as long as the browser's tab. */
export function readDraft(conversationId: string | undefined): string {
  try {
    return sessionStorage.getItem(prefix + (conversationId ?? '')) ?? ''
  } catch {
    // A person can turn storage off.
    return ''
  }
}

/** Keeps the text for a reload; an empty one is removed. */
export function keepDraft(conversationId: string | undefined, text: string): void {
  const key = prefix + (conversationId ?? '')
  try {
    if (text === '') sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, text)
  } catch {
    // The storage is off or full.
  }
}
