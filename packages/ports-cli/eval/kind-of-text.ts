import { findDialect } from '@driftos/port-scanner'

/** The kind of a file, among those with a separate goal. */
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
