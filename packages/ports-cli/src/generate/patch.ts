import { createTwoFilesPatch, structuredPatch } from 'diff'
import type { FileChange } from './sync.js'

/**
 * Returns the unified diff of a file that is written, or is to be written.
 *
 * @param wantedTitle - the new state, such as `generated`
 */
export function formatPatch({ file, present, wanted }: FileChange, wantedTitle: string): string {
  const presentTitle = present === undefined ? 'missing' : 'as it is'
  return createTwoFilesPatch(file, file, present ?? '', wanted ?? '', presentTitle, wantedTitle)
}

/** Describes how much of a file was replaced, since it may have been edited by hand. */
export function describeWritten({ file, present, wanted }: FileChange): string {
  if (wanted === undefined) return `removed ${file}\n`
  if (present === undefined) return `wrote ${file}\n`
  const { hunks } = structuredPatch(file, file, present, wanted, undefined, undefined, { context: 0 })
  const lines = hunks.reduce((sum, { oldLines, newLines }) => sum + Math.max(oldLines, newLines), 0)
  return `rewrote ${file}: ${lines} ${lines === 1 ? 'line' : 'lines'} differed from the registry\n`
}
