import { describe, expect, it } from 'vitest'
import type { Finding } from '../src/check/finding.js'
import type { Occurrence } from '../src/check/occurrence.js'
import { readArchive } from './corpus.js'
import { allProblems, newScore, scoreFile } from './score.js'
import { contractRegistry } from '../src/contract.fixture.js'

const port = contractRegistry.services['core']!.port
const [file] = readArchive(`-- config/stack.env --
CORE_PORT=${port}‹core›
EMBED_PORT=${port}‹embed wrong-port›
MAX=3000‹no-port›
YEAR=2024
`)

/** The score of one file with a few numbers taken for ports and a few findings. */
function score(occurrences: readonly Partial<Occurrence>[], findings: readonly Partial<Finding>[] = []) {
  const counted = newScore()
  scoreFile(counted, 'stack', file!, occurrences as Occurrence[], findings as Finding[])
  return counted
}

const core = {
  line: 1,
  column: 11,
  port,
  side: 'host' as const,
  attribution: { services: ['core'], by: 'variable' as const, text: 'CORE_PORT' },
}
const embed = { ...core, line: 2, column: 12, attribution: { ...core.attribution, services: ['embed'] } }
const lookAlike = { ...core, line: 3, column: 5, port: 3000, role: 'value' as const }

describe('scoreFile', () => {
  it('counts the ports that are found, and their services', () => {
    const { ports, failures } = score([core, embed], [{ line: 2, column: 12, rule: 'wrong-port', severity: 'error' }])
    const row = { ports: 2, found: 2, falsely: 0, sides: { right: 2, of: 2 }, services: { right: 2, of: 2 } }
    expect(ports).toEqual({ configuration: row, dotenv: row })
    expect(failures).toEqual([])
  })

  it('counts a miss, and the problem with it', () => {
    const counted = score([core])
    expect(counted.ports['configuration']).toMatchObject({ ports: 2, found: 1 })
    expect(allProblems(counted)).toEqual({ right: 0, of: 1 })
    expect(counted.failures).toEqual([
      `stack/config/stack.env:2: missed ${port} | EMBED_PORT=${port}`,
      `stack/config/stack.env:2: wrong-port ${port} not found | EMBED_PORT=${port}`,
    ])
  })

  it('counts a port twice taken, a look-alike and an unmarked number as false alarms', () => {
    const counted = score([core, { ...core }, embed, lookAlike, { ...lookAlike, line: 4, column: 6, port: 2024 }])
    expect(counted.ports['dotenv']).toMatchObject({ found: 2, falsely: 3 })
    expect(counted.lookAlikesTaken).toEqual({ right: 1, of: 1 })
    expect(counted.lookAlikesReported).toEqual({ right: 0, of: 1 })
  })

  it('counts an error at a right port, and no warning', () => {
    const at = { line: 1, column: 11, rule: 'wrong-port' }
    expect(score([core, embed], [{ ...at, severity: 'error' }]).errorsAtCorrect).toEqual({ right: 1, of: 1 })
    expect(score([core, embed], [{ ...at, severity: 'warning' }]).errorsAtCorrect).toEqual({ right: 0, of: 1 })
  })

  it('counts a wrong side and a wrong service', () => {
    const row = score([{ ...core, side: 'container' }, core, { ...embed, attribution: undefined }]).ports['dotenv']!
    expect(row.sides).toEqual({ right: 1, of: 2 })
    expect(row.services).toEqual({ right: 1, of: 2 })
  })
})
