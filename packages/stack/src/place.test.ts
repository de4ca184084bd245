import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { services } from '@driftos/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findPlace } from './place.js'

const options = { findOccupants: async () => new Map() }

function makeShell(more: Record<string, string> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'driftos-place-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return { directory, shell: { XDG_STATE_HOME: directory, LOCALAPPDATA: directory, ...more } }
}

/** Returns the project's name in the compose file, which names its volumes. */
function projectInComposeFile(): string {
  const text = readFileSync(new URL('../../../deploy/docker/docker-compose.yml', import.meta.url), 'utf8')
  return /^name: \$\{COMPOSE_PROJECT_NAME:-(.+)\}$/m.exec(text)![1]!
}

describe('findPlace', () => {
  it('gives processes the offset, the checkout and the compose project', async () => {
    const { checkout, env, ports } = await findPlace(makeShell().shell, false, options)
    expect(ports).toMatchObject({ source: 'slot', offset: 0 })
    expect(env).toMatchObject({
      DRIFTOS_PORT_OFFSET: '0',
      DRIFTOS_CHECKOUT: checkout.root,
      COMPOSE_PROJECT_NAME: projectInComposeFile(),
    })
  })

  it('gives a checkout with another offset a separate compose project', async () => {
    const { env, checkout } = await findPlace({ DRIFTOS_PORT_OFFSET: '300' }, false, options)
    expect(env['COMPOSE_PROJECT_NAME']).toBe(`${projectInComposeFile()}-${checkout.instance.slice(0, 8)}`)
  })

  it.each(Object.values(services).map(({ variable }) => variable))(
    'reads %s from a file, below the shell',
    async (name) => {
      const { directory, shell } = makeShell({ CI: '1' })
      const file = join(directory, 'my.env')
      writeFileSync(file, `${name}=4321\nPORT=80\n`)
      const place = await findPlace(shell, file, options)
      expect(place.env[name]).toBe('4321')
      expect(place.env).not.toHaveProperty('PORT')
      expect(place.ignoredPort).toBe('80')
      expect((await findPlace({ ...shell, [name]: '1234' }, file, options)).env[name]).toBe('1234')
      expect((await findPlace(shell, false, options)).env).not.toHaveProperty(name)
    },
  )

  it('refuses the variables of another checkout', async () => {
    const { directory, shell } = makeShell({ DRIFTOS_PORT_OFFSET: '100' })
    const other = join(directory, 'other')
    mkdirSync(other)
    await expect(findPlace({ ...shell, DRIFTOS_CHECKOUT: other }, false, options)).rejects.toMatchObject({
      code: 'FOREIGN_ENVIRONMENT',
      message: expect.stringContaining(other) as string,
    })
  })
})
