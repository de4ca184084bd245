import type { Drift } from '../artifacts/synchronize.js'
import type { Rule } from './rule.js'

/** A generated file that differs from what the registry generates. */
export const staleArtifact: Rule & { judge(drift: Drift): { line: number; lineText: string; message: string } } = {
  name: 'stale-artifact',
  why: 'the file and the registry tell two stories',
  fix: 'run driftos-ports sync',
  judge({ present, wanted }) {
    if (present === undefined)
      return { line: 1, lineText: '', message: 'the file is missing, which the registry generates' }
    const lines = present.split('\n')
    const wantedLines = wanted.split('\n')
    const first = lines.findIndex((line, index) => line !== wantedLines[index])
    const index = first < 0 ? lines.length - 1 : first
    return { line: index + 1, lineText: lines[index]!, message: 'this is not what the registry generates from here on' }
  },
}
