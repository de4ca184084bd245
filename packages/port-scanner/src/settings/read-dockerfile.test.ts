import { describe, expect, it } from 'vitest'
import { readDockerfile } from './read-dockerfile.js'
import { findUnsound, portsIn } from '../reader.fixture.js'
import { describeSightings } from '../sightings.fixture.js'

const see = (text: string, path = 'Dockerfile') => describeSightings(readDockerfile, text, path)

describe('readDockerfile', () => {
  it('puts every port inside the container, each in its role', () => {
    expect(
      see(
        [
          'FROM driftos/base:20 AS base',
          'ARG GRAFANA_PORT="3010"',
          'ENV PORT=3000 HOST=0.0.0.0 \\',
          '    CORE_URL=http://core:3001',
          'ENV CORE_PORT 3001',
          '# the gateway',
          'EXPOSE 3000',
          'EXPOSE 3001/tcp 8000-8010 $PORT ${X_PORT:-3005}',
          'ONBUILD EXPOSE 4000',
          'LABEL traefik.http.services.core.loadbalancer.server.port=3001',
          'HEALTHCHECK --interval=30s --start-period=3000ms CMD curl -f http://localhost:3000/health || exit 1',
          'RUN apk add curl=7.2 && \\',
          '    # serve on port 3004',
          '    npx serve -l 3004',
          'ENTRYPOINT ["node", "main.js", "--port", "3000", "--timeout", "5000"]',
          'CMD uvicorn main:app --port 8000',
        ].join('\n'),
      ),
    ).toMatchInlineSnapshot(`
      "2:19 3010 env default, container | variable GRAFANA_PORT | context driftos/base:20
      3:10 3000 env value, container | variable PORT | context driftos/base:20
      4:26 3001 url, container | variable CORE_URL | name core | context driftos/base:20
      5:15 3001 env value, container | variable CORE_PORT | context driftos/base:20
      7:8 3000 expose, container | context the gateway | context driftos/base:20
      8:8 3001 expose, container | context driftos/base:20
      8:17 8000-8010 expose, container | context driftos/base:20
      8:43 3005 env default, container | variable X_PORT | context driftos/base:20
      9:16 4000 expose, container | context driftos/base:20
      10:59 3001 env value, container | variable traefik.http.services.core.loadbalancer.server.port | context driftos/base:20
      11:79 3000 url, container | label CMD curl f | context /health | context driftos/base:20
      13:21 3004 prose, host | label serve on | context driftos/base:20
      14:18 3004 flag, container | context serve on port 3004 | context driftos/base:20
      15:43 3000 flag, container | context driftos/base:20
      16:29 8000 flag, container | context driftos/base:20"
    `)
  })

  it('leaves what a comment publishes on the host', () => {
    expect(see('FROM x\n# docker run -p 3010:3000 x')).toMatchInlineSnapshot(`
      "2:17 3010 publish, host | label docker run p
      2:22 3000 container, container | label docker run p"
    `)
  })

  it.each([
    'FROM node:20',
    'FROM node:3000',
    'USER 1000:1000',
    'RUN adduser -u 1001 app && chmod 0755 /app',
    'ENV NODE_OPTIONS="--max-old-space-size=3000"',
    'ENV TIMEOUT=3000',
    'EXPOSE $PORT',
    'STOPSIGNAL 9',
    'RUN mkdir -p 3000',
  ])('takes nothing in %j for a port', (line) => {
    expect(see(line)).toBe('')
  })

  it.each([
    ['EXPOSE', []],
    ['expose 3000\r\nENV\r\nexpose 3001', [3000, 3001]],
    ['CMD ["node", "--port", "3000"', [3000]],
    ['ENV PORT="3000', []],
    ['FROM x\nRUN <<EOF\nPORT=3000 node x\nEOF', [3000]],
    ['\uFEFFFROM x\nEXPOSE 3000', [3000]],
  ])('says of the odd %j what can be said', (text, ports) => {
    expect(portsIn(readDockerfile, text, 'Dockerfile')).toEqual(ports)
  })

  it('is sound on any text', () => {
    expect(findUnsound(readDockerfile, 'Dockerfile')).toBeUndefined()
  })
})
