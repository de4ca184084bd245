import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProblems } from '../src/check/check.js'
import { scanRoots } from '../src/check/scan.js'
import { contractProject, contractRegistry } from '../src/contract.fixture.js'
import { readHalf, type Half } from './corpus.js'
import { newScore, scoreFile, type Score } from './score.js'
import { unpack } from './unpack.js'

/** Checks every repository of a half, each alone, and counts against its labels. */
export async function evaluate(half: Half): Promise<Score> {
  const score = newScore()
  const folder = await mkdtemp(join(tmpdir(), 'driftos-eval-'))
  try {
    for (const repository of readHalf(half)) {
      const root = await unpack(repository, folder)
      const scan = await scanRoots([root], root, contractRegistry)
      const findings = await findProblems(scan, contractProject, root)
      for (const file of repository.files) {
        const isHere = (other: { readonly file: string }) => other.file === file.path
        scoreFile(score, repository.name, file, scan.occurrences.filter(isHere), findings.filter(isHere))
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return score
}
