import { isListOf, isRecord } from './shapes.js'

/** A conversation of this browser. */
export interface RecentConversation {
  readonly id: string
  /** The start of its first message. */
  readonly title: string
}

/** The number of stored conversations. */
const most = 20

const longestTitle = 80

const key = 'driftos-demo-conversations'

/** Parses the list from the text in the storage; returns an empty list if it is damaged. */
export function parseRecent(text: string | null): RecentConversation[] {
  let value: unknown
  try {
    value = JSON.parse(text ?? '[]')
  } catch {
    return []
  }
  return isListOf(value, isRecent) ? value.slice(0, most).map(({ id, title }) => ({ id, title })) : []
}

/** Returns the list with a conversation in front, without duplicates. */
export function withConversation(
  list: readonly RecentConversation[],
  { id, title }: RecentConversation,
): RecentConversation[] {
  const line = Array.from(title.replaceAll(/\s+/g, ' ').trim()).slice(0, longestTitle).join('')
  return [{ id, title: line }, ...list.filter((other) => other.id !== id)].slice(0, most)
}

/** Returns the conversations of this browser, latest first. */
export function readRecent(): RecentConversation[] {
  try {
    return parseRecent(localStorage.getItem(key))
  } catch {
    // The browser may deny access to the storage.
    return []
  }
}

/** Stores a conversation as the latest one. */
export function rememberConversation(conversation: RecentConversation): void {
  write(withConversation(readRecent(), conversation))
}

/** Removes a conversation from the list. */
export function forgetConversation(id: string): void {
  write(readRecent().filter((conversation) => conversation.id !== id))
}

function write(list: readonly RecentConversation[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(list))
  } catch {
    // Access denied, or storage full; the list is optional.
  }
}

function isRecent(value: unknown): value is RecentConversation {
  return isRecord(value) && typeof value['id'] === 'string' && value['id'] !== '' && typeof value['title'] === 'string'
}
