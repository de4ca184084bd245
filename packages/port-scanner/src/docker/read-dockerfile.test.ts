import { describe, expect, it } from 'vitest'
import { findUnsound, matchesOf } from '../matches.fixture.js'

describe('readDockerfile', () => {
  it.each<[text: string, expected: string[]]>([
    ['EXPOSE 3000/tcp 8000-8010', ['3000 expose container', '8000 expose container [to 8010]']],
    ['EXPOSE ${PORT:-3000}', ['3000 expose container PORT=variable [override PORT]']],
    ['ENV PORT=3000 HOST="x"', ['3000 value container PORT=variable']],
    ['ENV PORT 3000', ['3000 value container PORT=variable']],
    ['ARG CORE_URL="http://core:3001"', ['3001 reach container core=host CORE_URL=variable [scheme http]']],
    ['ENV CORE_URL=http://localhost:3001', ['3001 reach host CORE_URL=variable [host local, scheme http]']],
    ['ONBUILD EXPOSE 3000', ['3000 expose container']],
    ['HEALTHCHECK CMD curl -f http://localhost:3000/health', ['3000 probe container [host local, scheme http]']],
    [
      'ENV PORT=3000\nHEALTHCHECK CMD wget http://localhost:3000',
      ['3000 value container PORT=variable', '3000 probe container [host local, scheme http, follower health check]'],
    ],
    ['CMD ["node", "x", "--port", "3000"]', ['3000 flag container']],
    ['ENTRYPOINT uvicorn app:app --host 0.0.0.0 \\\n  --port 3000', ['3000 flag container']],
    ['RUN curl http://localhost:3000', ['3000 reach container [host local, scheme http, isElsewhere]']],
    ['# EXPOSE 3000, http://localhost:3000', ['3000 reach host [host local, scheme http, isComment]']],
    [
      'FROM node:22 AS build\nEXPOSE 3000\r\nFROM nginx\r\nEXPOSE 8080',
      ['3000 mention container', '8080 expose container'],
    ],
    ['LABEL year=2024', []],
  ])('reads %s', async (text, expected) => {
    expect(await matchesOf('core/Dockerfile', `FROM node:22\n${text}`)).toEqual(expected)
  })

  it.each(['Dockerfile.dev', 'core.Dockerfile', 'Containerfile'])('reads %s', async (path) => {
    expect(await matchesOf(path, 'EXPOSE 3000')).toEqual(['3000 expose container'])
  })

  it('returns the number of each match for any text', async () => {
    expect(await findUnsound('Dockerfile')).toBeUndefined()
  })
})
