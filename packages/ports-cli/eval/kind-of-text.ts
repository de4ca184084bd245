import { findDialect } from '@driftos/port-scanner'

/** What kind of text a file is, of those that have a goal of their own. */
export type KindOfText = 'configuration' | 'source' | 'documents'

const kinds = { settings: 'configuration', code: 'source', document: 'documents' } as const

/** Returns the kind of a file by its dialect. A file that no dialect reads is configuration. */
export function kindOfText(path: string): KindOfText {
  const dialect = findDialect(path)
  return typeof dialect === 'object' ? kinds[dialect.kind] : 'configuration'
}

/** Returns the name of the dialect that reads a file. */
export function dialectNameOf(path: string): string {
  const dialect = findDialect(path)
  return typeof dialect === 'object' ? dialect.name : (dialect ?? 'unread')
}
