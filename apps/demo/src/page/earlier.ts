import { isListOf, isRecord } from './shapes.js'

/** A conversation that this browser has held. */
export interface EarlierConversation {
  readonly id: string
  /** How its first message begins. */
  readonly title: string
}

/** How many are remembered. */
const most = 20

const longestTitle = 80

const key = 'driftos-demo-conversations'

/** Reads the list from the text that the storage holds; what is damaged is an empty list. */
export function parseEarlier(text: string | null): EarlierConversation[] {
  let value: unknown
  try {
    value = JSON.parse(text ?? '[]')
  } catch {
    return []
  }
  return isListOf(value, isEarlier) ? value.slice(0, most).map(({ id, title }) => ({ id, title })) : []
}

/** The list with a conversation in front; each stands in it once. */
export function withConversation(
  list: readonly EarlierConversation[],
  { id, title }: EarlierConversation,
): EarlierConversation[] {
  const line = Array.from(title.replaceAll(/\s+/g, ' ').trim()).slice(0, longestTitle).join('')
  return [{ id, title: line }, ...list.filter((other) => other.id !== id)].slice(0, most)
}

/** The conversations that this browser has held, the latest first. */
export function readEarlier(): EarlierConversation[] {
  try {
    return parseEarlier(localStorage.getItem(key))
  } catch {
    // Browsers may keep their storage from a page.
    return []
  }
}

/** Remembers a conversation as the latest one. */
export function rememberConversation(conversation: EarlierConversation): void {
  write(withConversation(readEarlier(), conversation))
}

/** Forgets a conversation. */
export function forgetConversation(id: string): void {
  write(readEarlier().filter((conversation) => conversation.id !== id))
}

function write(list: readonly EarlierConversation[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(list))
  } catch {
    // Kept from it, or full: the list is a convenience.
  }
}

function isEarlier(value: unknown): value is EarlierConversation {
  return isRecord(value) && typeof value['id'] === 'string' && value['id'] !== '' && typeof value['title'] === 'string'
}
