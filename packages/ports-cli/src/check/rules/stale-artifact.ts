import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RegistryDefinition } from '@driftos/ports/define'
import { generatedNotice } from '../../generate/notice.js'
import { getMarkers } from '../../generate/region.js'
import type { Generator } from '../../project/config.js'
import type { Rule } from './rule.js'

/** The first line of a generated file that differs. */
interface Difference {
  readonly file: string
  readonly line: number
  readonly lineText: string
}

/** A generated file that differs from what the registry generates. */
export const staleArtifact: Rule & {
  judgeAll(generators: readonly Generator[], registry: RegistryDefinition, root: string): Promise<Difference[]>
} = {
  name: 'stale-artifact',
  why: 'The generated file is out of date.',
  fix: 'Run `driftos-ports sync`.',
  async judgeAll(generators, registry, root) {
    const { findDrift } = await import('../../generate/sync.js')
    // `sync --check` reports missing files and files that were never generated.
    const generated = generators.filter((generator) => isGenerated(generator, root))
    return (await findDrift(generated, registry, root)).map(({ file, present = '', wanted = '' }) => {
      const lines = present.split('\n')
      const wantedLines = wanted.split('\n')
      const first = lines.findIndex((line, index) => line !== wantedLines[index])
      const index = first < 0 ? lines.length - 1 : first
      return { file, line: index + 1, lineText: lines[index]!.trimEnd() }
    })
  },
}

function isGenerated({ file, region }: Generator, root: string): boolean {
  const path = join(root, file)
  if (!existsSync(path)) return false
  const text = readFileSync(path, 'utf8')
  if (region === undefined) return text.includes(generatedNotice)
  const { begin, end } = getMarkers(file, region)
  return text.includes(begin) && text.includes(end)
}
