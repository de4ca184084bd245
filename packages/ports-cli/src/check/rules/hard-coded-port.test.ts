import { describe, expect, it } from 'vitest'
import { findingsIn } from '../check.fixture.js'

describe('hard-coded-port', () => {
  it.each([
    [
      'an address',
      "fetch('http://localhost:3001/health')",
      "a.ts:1:25 warning hard-coded-port 3001 -> getOrigin('core')",
    ],
    ['what is listened on', 'app.listen(3001)', "a.ts:1:12 warning hard-coded-port 3001 -> getListenPort('core')"],
    [
      'a default',
      'const port = process.env.CORE_PORT ?? 3001',
      "a.ts:1:39 warning hard-coded-port 3001 -> getPort('core')",
    ],
  ])('finds %s that could be imported', async (_, line, finding) => {
    expect(await findingsIn({ 'a.ts': `${line}\n` })).toEqual([finding])
  })

  it.each([
    ['a test, which may say what it expects', { 'src/a.test.ts': "expect(url).toBe('http://localhost:3001')\n" }],
    ['a comment', { 'a.ts': '// core listens on port 3001\n' }],
    ['a language that cannot import it', { 'a.py': 'requests.get("http://localhost:3001")\n' }],
    ['configuration', { 'compose.yml': 'services:\n  core:\n    ports: ["3001:3001"]\n' }],
  ])('passes over %s', async (_, files: Readonly<Record<string, string>>) => {
    expect(await findingsIn(files)).toEqual([])
  })
})
