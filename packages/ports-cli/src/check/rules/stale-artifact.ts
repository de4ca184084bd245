import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RegistryDefinition } from '@driftos/ports/define'
import { generatedNotice, type Artifact } from '../../generate/artifact.js'
import { findDrift } from '../../generate/synchronize.js'
import type { Rule } from './rule.js'

/** Where a generated file first differs. */
interface Difference {
  readonly file: string
  readonly line: number
  readonly lineText: string
}

/** A generated file that differs from what the registry generates. */
export const staleArtifact: Rule & {
  judgeAll(artifacts: readonly Artifact[], registry: RegistryDefinition, root: string): Promise<Difference[]>
} = {
  name: 'stale-artifact',
  why: 'the file and the registry tell two stories',
  fix: 'run driftos-ports sync',
  async judgeAll(artifacts, registry, root) {
    // What is missing, or was never generated, is `sync --check`'s to say.
    const generated = artifacts.filter((artifact) => isGenerated(artifact, root))
    return (await findDrift(generated, registry, root)).map(({ file, present = '', wanted }) => {
      const lines = present.split('\n')
      const wantedLines = wanted.split('\n')
      const first = lines.findIndex((line, index) => line !== wantedLines[index])
      const index = first < 0 ? lines.length - 1 : first
      return { file, line: index + 1, lineText: lines[index]!.trimEnd() }
    })
  },
}

function isGenerated({ file, markers }: Artifact, root: string): boolean {
  const path = join(root, file)
  if (!existsSync(path)) return false
  const text = readFileSync(path, 'utf8')
  return markers ? text.includes(markers.begin) && text.includes(markers.end) : text.includes(generatedNotice)
}
