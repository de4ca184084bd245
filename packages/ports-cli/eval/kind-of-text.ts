import { findFileKind } from '@driftos/port-scanner'

/** What kind of text a file is, of those that have a goal of their own. */
export type KindOfText = 'configuration' | 'source' | 'documents'

/** By the reader that reads it; what reads many languages is told apart by the file's name. */
export function kindOfText(path: string): KindOfText {
  const reader = findFileKind(path)
  if (reader === 'markdown') return 'documents'
  if (reader === 'javascript' || reader === 'shell') return 'source'
  if (reader === 'text' && /\.(?:py|go|rs|rb|java|css)$/.test(path)) return 'source'
  return 'configuration'
}
