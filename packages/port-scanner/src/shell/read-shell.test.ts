import { describe, expect, it } from 'vitest'
import { findUnsound, matchesOf } from '../matches.fixture.js'

describe('readShell', () => {
  it.each<[text: string, expected: string[]]>([
    [
      'export CORE_PORT=3001 # was http://localhost:3002',
      ['3001 value host CORE_PORT=variable', '3002 reach host [host local, scheme http, isComment]'],
    ],
    ['PORT="${CORE_PORT:-3001}"', ['3001 default host CORE_PORT=variable PORT=variable [override CORE_PORT]']],
    [': "${CORE_PORT:=3001}"', ['3001 default host CORE_PORT=variable [override CORE_PORT]']],
    [
      'curl "http://localhost:${CORE_PORT:-3001}/health"',
      ['3001 reach host [host local, scheme http, override CORE_PORT]'],
    ],
    ['PORT=3001 next dev -p 3002', ['3001 value host PORT=variable', '3002 flag host']],
    ['cd apps/core && next dev -p 3001', ['3001 flag host core=block']],
    ['pnpm --filter @acme/core dev --port 3001', ['3001 flag host core=block']],
    ['PORT=3001 yarn workspace core start', ['3001 value host PORT=variable core=block']],
    ['nx serve core --port=3001', ['3001 flag host core=block']],
    ['storybook dev -p 6006', ['6006 flag host storybook=block']],
    ['vite preview --port 4173', ['4173 flag host preview=block']],
    ['bash -c "next dev -p 3001"', ['3001 flag host']],
    ['uvicorn app:app --host 0.0.0.0 --port 3001', ['3001 flag host']],
    [
      'docker run --name core -p 127.0.0.1:3001:3000 -e PORT=3000 acme/core-image:1',
      [
        '3001 publish host core=block core-image=image [inner 3000, address 127.0.0.1]',
        '3000 inner container core=block core-image=image',
        '3000 value container core=block core-image=image',
      ],
    ],
    ['kubectl port-forward svc/core 3001:80', ['3001 flag host core=block [inner 80]']],
    ['ssh -p 2222 -L 5433:localhost:5432 me@example.org', ['2222 flag host [isElsewhere]']],
    ['psql -h localhost -p 5433', ['5433 reach host [host local, scheme postgresql]']],
    ['psql -p 5433 -h db', ['5433 reach container db=host [scheme postgresql]']],
    ['./wait-for-it.sh core:3001', ['3001 reach container core=host']],
    ['cat > .env <<EOF\nCORE_PORT=3001\nEOF', ['3001 value host CORE_PORT=variable']],
    [
      'URI=mongodb://$ACCOUNT.example.com:10255/shop',
      ['10255 reach host URI=variable [host variable, scheme mongodb]'],
    ],
    ['mkdir -p 2024; sleep 3000; kill -9 3001', []],
  ])('reads %s', async (text, expected) => {
    expect(await matchesOf('run.sh', text)).toEqual(expected)
  })

  it.each([
    'docker run -p 3001:3000 core',
    'docker run -d --rm -it -p 3001:3000 core',
    'docker run -dit -v shop/data:/data -p 3001:3000 core serve --all',
    'docker run --network host/x -p3001:3000 -e URL=shop/x acme/core:1',
    'podman create --publish=3001:3000 --env-file .env registry.example.org:443/acme/core@sha256:00',
    'podman run --replace --no-healthcheck -p 3001:3000 core',
    'sudo docker container run --restart=always -p 3001:3000 -u node ghcr.io/acme/core',
  ])('finds the image of %s', async (text) => {
    const found = await matchesOf('run.sh', text)
    expect(found).toContain('3001 publish host core=image [inner 3000]')
  })

  it.each(['docker-entrypoint.sh', 'build/core_entrypoint.sh', 'entry.prod.sh'])(
    'reads %s inside its container',
    async (path) => {
      expect(await matchesOf(path, 'export PORT=${PORT:-8080}')).toEqual([
        '8080 default container PORT=variable PORT=variable [override PORT]',
      ])
    },
  )

  it('returns the number of each match for any text', async () => {
    expect(await findUnsound('a.sh')).toBeUndefined()
  })
})
