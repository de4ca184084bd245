import type { Evidence } from '../match.js'

/** "port" in languages that documents are often written in, as the source of an expression. */
export const portWord = String.raw`(?:(?<![a-z])(?:ports?|puertos?|portas?|cổng)(?![a-z])|порты?|端口号?|埠號?|連接埠|ポート(?:番号)?|포트)`

/** Words that name a number or an address, not a service. */
const generic =
  /^(?:(?:the|default|local|localhost|host|external|internal|container|inner|outer|public|base|server|http|https|tcp|published|exposed|docker|dev|development|production|listen|listening|service|app|application|web)[ /]*)*(?:ports?|urls?|address|endpoint|origin|access|host|link|local|default|open|visit|example|note|network|(?:your |a )?(?:web )?browser)$/i

const article = /^(?:the|a|an|our|your|this|its)[ \t]+/i
/** A text with one of these is a sentence. */
const sentence = /\b(?:is|was|are|were|has|can|will|to|on|at|by|with|you|your|for|and|or|if|when|that|this)\b/i
const noun =
  /[ \t]+(?:service|server|app|application|container|instance|process|(?<!^web[ \t]+)UI|dashboard|web UI|answers|responds|health)$/i

/** Returns a text without the signs of markup: emphasis, code, links, emoji. */
export function plain(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)?/g, '$1')
    .replace(/<\/?\w[^>]*>/g, '')
    .replace(/[*`~"“”]|(?<!\w)_|_(?!\w)/g, '')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .replace(/[\s:]+$/, '')
    .replace(/\s+/g, ' ')
}

/** A name in a document, and the text in parentheses next to it. */
export interface Label {
  readonly text: string
  readonly note?: string | undefined
}

/** Returns the label that a text consists of, or undefined for a sentence or for a word such as "Port". */
export function parseLabel(text: string): Label | undefined {
  const [, main, note] = /^([^([（【]*?)\s*(?:[([（【]([^)\]）】]*)[)\]）】]?.*)?$/.exec(plain(text)) ?? []
  const name = main?.replace(article, '').replace(/[\s,;:–—-]+$/, '') ?? ''
  const isName = /^\p{L}[\p{L}\p{N} ._/@+&-]*$/u.test(name) && name.split(' ').length <= 4
  if (!isName || isGeneric(name) || sentence.test(name)) return undefined
  return { text: name, note }
}

/** Returns whether a label names a number instead of a service: "Port", "Host port", "URL". */
export function isGeneric(text: string): boolean {
  return generic.test(plain(text))
}

/** Words before a name in parentheses: "(via Gateway)". */
const lead = /^(?:via|through|behind|by|using)[ \t]+(?:the[ \t]+)?/i

/** Returns the evidence of a label: as it is written, and without a noun such as "service" at its end. */
export function evidenceOf({ text, note }: Label): Evidence[] {
  const short = text.replace(noun, '')
  return [
    { kind: 'label', text },
    ...(short === text ? [] : [{ kind: 'label', text: short } as const]),
    ...(note === undefined || note === '' ? [] : [{ kind: 'hint', text: note.replace(lead, '') } as const]),
  ]
}
