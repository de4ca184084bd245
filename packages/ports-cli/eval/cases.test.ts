import { describe, expect, it } from 'vitest'
import { findingsOf, proposedPorts } from '../src/check/acme.fixture.js'
import { areas, readCases } from './cases.js'

/** Cases whose authors expect something else than the tool says, and why it stays so. */
const disputed: Readonly<Record<string, string>> = {}

describe.each(areas.filter((area) => area !== 'init'))('cases about %s', (area) => {
  const cases = readCases<readonly string[]>(area).map((each) => [each.name, each] as const)
  it.each(cases)('%s', async (name, { registry, files, expected }) => {
    const found = await findingsOf(registry, files)
    const lines = found.map((finding) => finding.replace(/ (?:error|warning) /, ' ').replace(/ -> \d+$/, ''))
    const places = [...new Set(lines)].toSorted()
    if (Object.hasOwn(disputed, name)) expect(places, disputed[name]!).not.toEqual(expected)
    else expect(places).toEqual(expected)
  })
})

describe('cases about init', () => {
  const cases = readCases<Readonly<Record<string, number>>>('init').map((each) => [each.name, each] as const)
  it.each(cases)('%s', async (name, { files, expected }) => {
    const proposed = await proposedPorts(files)
    if (Object.hasOwn(disputed, name)) expect(proposed, disputed[name]!).not.toEqual(expected)
    else expect(proposed).toEqual(expected)
  })
})
