import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeFinding, findingsBelow, findingsIn } from '../check.fixture.js'
import { makeRepository } from '../repository.fixture.js'

describe('conflict', () => {
  it('finds two containers of one file on one port', async () => {
    const file = 'services:\n  core:\n    ports: ["3001:3001"]\n  driftos-core:\n    ports: ["3001:80"]\n'
    expect(await findingsIn({ 'compose.yml': file })).toEqual(['compose.yml:5:14 error conflict 3001'])
  })

  it('finds a port inside a published range', async () => {
    const file = 'services:\n  a:\n    ports: ["4000-4005:4000-4005"]\n  b:\n    ports: ["4003:80"]\n'
    const findings = await findingsIn({ 'compose.yml': file })
    expect(findings).toContain('compose.yml:5:14 error conflict 4003')
  })

  it('finds the same service published by two repositories of one machine', async () => {
    const files = { 'docker-compose.yml': 'services:\n  postgres:\n    ports: ["5433:5432"]\n' }
    const [one, other] = [await makeRepository(files), await makeRepository(files)]
    const findings = await findingsBelow([one, other])
    expect(findings.map(describeFinding)).toEqual([`${basename(other)}/docker-compose.yml:3:14 error conflict 5433`])
    expect(findings[0]!.message).toContain(`${basename(one)}/docker-compose.yml:3`)
  })

  it.each([
    [
      'an override of the same service',
      {
        'docker-compose.yml': 'services:\n  core:\n    ports: ["3001:3001"]\n',
        'docker-compose.override.yml': 'services:\n  core:\n    ports: ["3001:3001"]\n',
      },
    ],
    [
      'what containers share inside',
      { 'compose.yml': 'services:\n  core:\n    ports: ["3001:80"]\n  embed:\n    ports: ["3002:80"]\n' },
    ],
    ['other addresses of this machine', { 'README.md': 'docker run -p 3001:80 a\n\ndocker run -p 3001:80 b\n' }],
  ])('passes over %s', async (_, files: Readonly<Record<string, string>>) => {
    expect((await findingsIn(files)).filter((finding) => finding.includes('conflict'))).toEqual([])
  })
})
