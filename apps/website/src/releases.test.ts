import { history } from '@driftos/ports'
import { describe, expect, it } from 'vitest'
import { findReleases, readReleasedMoves } from './releases.js'

const changelog = `# @driftos/ports

## 2.1.0

### Minor Changes

- A service was added.

## 2.0.0 (2026-03-04)

### Major Changes

- \`shop\` moved from 4001 to 4007: it was in the way. To stay, set SHOP_PORT=4001.

## 1.0.0 - 2026-01-02

The first release.
`
const move = { service: 'shop', from: 4001, to: 4007, reason: 'it was in the way' }

describe('findReleases', () => {
  it('returns the release whose section has the move', () => {
    expect(findReleases([move], changelog)).toEqual([{ ...move, version: '2.0.0', date: '2026-03-04' }])
  })

  it.each([
    { ...move, service: 'workshop' },
    { ...move, from: 400 },
    { ...move, to: 14_007 },
  ])('returns the first release for a move that no section has: $service $from $to', (other) => {
    expect(findReleases([other], changelog)).toEqual([{ ...other, version: '1.0.0', date: '2026-01-02' }])
  })

  it.each(['', '# @driftos/ports\n', '# x\n\n## Unreleased\n'])('returns no release for the changelog %j', (text) => {
    expect(findReleases([move], text)).toEqual([move])
  })
})

it('finds a release for every move of the registry that is in the changelog', () => {
  expect(readReleasedMoves().map(({ service, from }) => ({ service, from }))).toEqual(
    history.map(({ service, from }) => ({ service, from })),
  )
})
