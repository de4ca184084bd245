import { createTwoFilesPatch } from 'diff'
import type { FileChange } from '../generate/sync.js'

/**
 * Returns the unified diff of a file that is written, or is to be written.
 *
 * @param wantedTitle - the new state, such as `generated`
 */
export function formatPatch({ file, present, wanted }: FileChange, wantedTitle: string): string {
  const presentTitle = present === undefined ? 'missing' : 'as it is'
  return createTwoFilesPatch(file, file, present ?? '', wanted ?? '', presentTitle, wantedTitle)
}
