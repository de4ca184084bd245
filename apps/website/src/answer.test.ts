import fc from 'fast-check'
import { expect, it } from 'vitest'
import { answerPage } from './answer.js'
import { collectContent } from './collect-content.js'
import { findDirectory } from './directory.js'
import { knownPaths } from './view.js'

const source = {
  directory: findDirectory({}),
  isServed: true,
  assets: { scripts: [], styles: [] },
  ...collectContent(),
}

it('answers any address with a page, or redirects to one', () => {
  const address = fc.oneof(
    fc.webUrl({ withQueryParameters: true }),
    fc.webPath(),
    fc.string(),
    fc.nat().map((port) => `/ports/${port}`),
  )
  fc.assert(
    fc.property(address, (url) => {
      const answer = answerPage(url, source)
      const final = 'location' in answer ? answerPage(answer.location, source) : answer
      expect(final).toHaveProperty('html')
    }),
    { numRuns: 200 },
  )
})

it('escapes a hostile text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const hostile = `<img src=x onerror=alert(1)>${text}</script><script>`
      const answer = answerPage(`/?${new URLSearchParams({ q: hostile })}`, source)
      expect(answer).toHaveProperty('html', expect.not.stringMatching(/<img|<script>/))
    }),
    { numRuns: 50 },
  )
})

it('has a page for every name and number of the registry', () => {
  for (const path of knownPaths()) {
    const answer = answerPage(path, source)
    expect('location' in answer ? answer.location : answer.status).not.toBe(404)
  }
})
