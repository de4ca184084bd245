import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProblems, survey } from '../src/check/check.js'
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
      const surveyed = await survey([await unpack(repository, folder)], contractRegistry)
      const findings = await findProblems(surveyed, contractProject)
      for (const file of repository.files) {
        const isHere = (other: { readonly file: string }) => other.file === file.path
        scoreFile(score, repository.name, file, surveyed.occurrences.filter(isHere), findings.filter(isHere))
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return score
}
