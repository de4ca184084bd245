import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { services as driftos } from '../index.js'
import { describeCheckout } from './checkout.js'
import { childEnvironment, type EnvironmentRegistry } from './environment.js'
import {
  describeSlot,
  meetingsOf,
  peekCheckoutPorts,
  resolveCheckoutPorts,
  type CheckoutServices,
} from './resolve-slot.js'
import { claimSlot, freeSlot, listSlots, takeSlot, type SlotOptions } from './slots.js'
import * as main from '../index.js'

const services: CheckoutServices = {
  web: { port: 22_000, scheme: 'http', variable: 'WEB_PORT' },
  api: { port: 22_005, scheme: 'http', variable: 'API_PORT' },
  login: { port: 22_010, scheme: 'http', variable: 'LOGIN_PORT', pinned: 'the redirect URI' },
}

/** Two checkouts of one user, without any process. */
function makeUser() {
  const directory = realpathSync.native(mkdtempSync(join(tmpdir(), 'driftos-slots-')))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const [first, second] = ['first', 'second'].map((name) => {
    mkdirSync(join(directory, name))
    return describeCheckout(join(directory, name), { project: 'shop' })
  })
  const env = { XDG_STATE_HOME: directory, LOCALAPPDATA: directory }
  const options = (more: Record<string, string> = {}): SlotOptions => ({
    env: { ...env, ...more },
    findOccupants: async () => new Map(),
  })
  return { directory, first: first!, second: second!, options, env }
}

describe('resolveCheckoutPorts', () => {
  it('uses the slot of each checkout', async () => {
    const { first, second, options } = makeUser()
    const one = await resolveCheckoutPorts(first, services, options())
    expect(one).toMatchObject({
      source: 'slot',
      offset: 0,
      env: { DRIFTOS_PORT_OFFSET: '0', DRIFTOS_CHECKOUT: first.root },
    })
    expect(describeSlot(one)).toBeUndefined()
    const other = await resolveCheckoutPorts(second, services, options())
    expect(other).toMatchObject({ source: 'slot', offset: 100, env: { DRIFTOS_PORT_OFFSET: '100' } })
    expect(describeSlot(other)).toBe(
      `Slot 100: every port of this checkout is the registered one + 100, since ${first.root} has slot 0. To use slot 0 here: stop it there, then \`driftos-ports slot take 0\`.`,
    )
  })

  it('reports a pinned port that two checkouts share', async () => {
    const { first, second, options } = makeUser()
    await resolveCheckoutPorts(first, services, options())
    const { warnings } = await resolveCheckoutPorts(second, services, options())
    expect(warnings).toEqual([
      `login is pinned to port 22010, which ${first.root} uses too: login can run in one of the two at a time.`,
    ])
  })

  it('leaves the first checkout on the registered ports while a process uses one of them', async () => {
    const { first, options } = makeUser()
    const findOccupants = async (ports: readonly number[]) =>
      new Map(ports.map((port) => [port, { isKnown: true, description: 'node (pid 7)' }]))
    const ports = await resolveCheckoutPorts(first, services, { ...options(), findOccupants })
    expect({ offset: ports.offset, line: describeSlot(ports) }).toEqual({ offset: 0, line: undefined })
  })

  it('names the port that keeps a checkout from slot 0 where no checkout of its project does', async () => {
    const { first, second, options } = makeUser()
    await resolveCheckoutPorts({ ...second, project: 'bank' }, services, options())
    expect(describeSlot(await resolveCheckoutPorts(first, services, options()))).toContain(
      `since port 22000 (web) belongs to ${second.root}. To use slot 0 here: free its ports,`,
    )
  })

  it.each([
    {},
    { DRIFTOS_PORT_OFFSET: '300' },
    { CI: 'true' },
    { CONDUCTOR_PORT: '41000' },
    { DRIFTOS_PORT_OFFSET: 'x' },
  ])('is the same at once and without a slot for %j', async (variables) => {
    const { first, second, options } = makeUser()
    for (const checkout of [first, second]) {
      const { source, offset, env } = await resolveCheckoutPorts(checkout, services, options(variables))
      expect(peekCheckoutPorts(checkout, services, options(variables))).toEqual({ source, offset, env })
    }
  })

  it('takes no slot at once, and refuses the registered ports of another checkout', async () => {
    const { first, second, options } = makeUser()
    expect(peekCheckoutPorts(first, services, options())).toMatchObject({ offset: 0 })
    expect((await listSlots(options())).slots).toEqual([])
    await takeSlot(first, services, options())
    expect(() => peekCheckoutPorts(second, services, options())).toThrowError(
      `This checkout, ${second.root}, has no slot yet, and ${first.root} has the registered ones. Run \`driftos-ports slot\` here first.`,
    )
  })

  it.each(['100', ' 0 ', '-5', 'x'])('lets DRIFTOS_PORT_OFFSET=%j win, and writes no ledger', async (offset) => {
    const { first, directory, options } = makeUser()
    const ports = await resolveCheckoutPorts(first, services, options({ DRIFTOS_PORT_OFFSET: offset }))
    expect(ports).toMatchObject({ source: 'variable', env: { DRIFTOS_PORT_OFFSET: offset } })
    expect(ports.offset).toBe(offset === 'x' ? Number.NaN : Number(offset))
    expect(readdirSync(directory)).not.toContain('driftos-ports')
  })

  it('warns of an offset by hand that meets the slot of another checkout', async () => {
    const { first, second, options } = makeUser()
    await takeSlot(first, services, options())
    const { warnings } = await resolveCheckoutPorts(second, services, options({ DRIFTOS_PORT_OFFSET: '0' }))
    expect(warnings).toEqual([`DRIFTOS_PORT_OFFSET=0 meets slot 0 of ${first.root}: both cannot run at once.`])
  })

  it.each(['true', '1', 'woodpecker'])('uses the registered ports and no ledger with CI=%s', async (CI) => {
    const { first, second, directory, options } = makeUser()
    for (const checkout of [first, second]) {
      expect(await resolveCheckoutPorts(checkout, services, options({ CI }))).toMatchObject({ source: 'ci', offset: 0 })
    }
    expect(readdirSync(directory)).not.toContain('driftos-ports')
  })

  it.each(['', '0', 'false'])('takes CI=%j for unset', async (CI) => {
    const { first, options } = makeUser()
    expect(await resolveCheckoutPorts(first, services, options({ CI }))).toMatchObject({ source: 'slot' })
  })

  it('refuses the variables of another checkout, and names that checkout', async () => {
    const { first, second, options } = makeUser()
    const ports = await resolveCheckoutPorts(first, services, options())
    const registry = { services, getPort: () => 1, getOrigin: () => 'http://localhost:1' } as EnvironmentRegistry
    const inherited = childEnvironment(registry, first, ports)
    await expect(resolveCheckoutPorts(second, services, options(inherited))).rejects.toMatchObject({
      code: 'FOREIGN_ENVIRONMENT',
      message: `These variables belong to the checkout ${first.root}, and this is ${second.root}: DRIFTOS_PORT_OFFSET, COMPOSE_PROJECT_NAME, WEB_PORT and 5 more. Open a new terminal here, or unset DRIFTOS_CHECKOUT DRIFTOS_PORT_OFFSET COMPOSE_PROJECT_NAME WEB_PORT WEB_URL API_PORT API_URL LOGIN_PORT LOGIN_URL.`,
    })
    expect(await resolveCheckoutPorts(first, services, options(inherited))).toMatchObject({ offset: 0 })
  })

  it('names the file when the variables of another checkout were copied in .env', async () => {
    const { first, second, options } = makeUser()
    const applied = { DRIFTOS_CHECKOUT: first.root, DRIFTOS_PORT_OFFSET: '0' }
    const resolved = resolveCheckoutPorts(second, services, {
      ...options(applied),
      envFile: { file: '/s/.env', applied },
    })
    await expect(resolved).rejects.toThrow('from /s/.env. Remove them and DRIFTOS_CHECKOUT from /s/.env.')
  })

  it('ignores the name of another checkout when no variable of it is set', async () => {
    const { first, second, options } = makeUser()
    expect(await resolveCheckoutPorts(second, services, options({ DRIFTOS_CHECKOUT: first.root }))).toMatchObject({
      env: { DRIFTOS_CHECKOUT: second.root },
    })
  })
})

describe('a range of ports that a tool gives', () => {
  it('holds every service that moves, in the order of their ports', async () => {
    const { first, directory, options } = makeUser()
    const env = { CONDUCTOR_PORT: '55010', CONDUCTOR_WORKSPACE_PATH: first.root }
    const ports = await resolveCheckoutPorts(first, services, options(env))
    expect(ports).toMatchObject({ source: 'block', env: { WEB_PORT: '55010', API_PORT: '55011' }, warnings: [] })
    expect(ports.env).not.toHaveProperty('LOGIN_PORT')
    expect(readdirSync(directory)).not.toContain('driftos-ports')
  })

  it('holds every service of DriftOS, each on a separate port of the range', async () => {
    const { first, options } = makeUser()
    const ports = await resolveCheckoutPorts(first, driftos, options({ CONDUCTOR_PORT: '55010' }))
    const count = Object.keys(driftos).length
    if (count > 10) return expect(ports).toMatchObject({ source: 'slot' })
    const resolved = Object.values(main.resolvePorts(ports.env))
    expect(new Set(resolved).size).toBe(count)
    for (const port of resolved) expect(port >= 55_010 && port < 55_020).toBe(true)
  })

  it('leaves a variable that is set by hand, and ports that browsers refuse', async () => {
    const { first, options } = makeUser()
    const ports = await resolveCheckoutPorts(first, services, options({ CONDUCTOR_PORT: '10080', WEB_PORT: '4' }))
    expect(ports.env).toMatchObject({ WEB_PORT: '4', API_PORT: '10081' })
  })

  it('is not used when it is too small, with a warning', async () => {
    const { first, options } = makeUser()
    const many = Object.fromEntries(
      Array.from({ length: 11 }, (_, index) => [
        `s${index}`,
        { port: 23_000 + index, scheme: 'http', variable: `S${index}_PORT` },
      ]),
    )
    expect(await resolveCheckoutPorts(first, many, options({ CONDUCTOR_PORT: '55010' }))).toMatchObject({
      source: 'slot',
      warnings: [
        'The range of Conductor (CONDUCTOR_PORT=55010, 10 usable ports) is too small for 11 services, so this checkout uses a slot.',
      ],
    })
  })

  it('is not used when it belongs to another workspace, or is not a port', async () => {
    const { first, second, options } = makeUser()
    const env = { CONDUCTOR_PORT: '55010', CONDUCTOR_WORKSPACE_PATH: second.root }
    expect((await resolveCheckoutPorts(first, services, options(env))).warnings[0]).toContain(second.root)
    for (const CONDUCTOR_PORT of ['x', '0', '65530']) {
      expect(await resolveCheckoutPorts(first, services, options({ CONDUCTOR_PORT }))).toMatchObject({
        source: 'slot',
        warnings: [expect.stringContaining('is ignored') as string],
      })
    }
  })
})

describe('meetingsOf', () => {
  it('lists the services that an offset puts on a registered port', () => {
    expect(meetingsOf(5, services)).toEqual([
      'DRIFTOS_PORT_OFFSET=5 moves web to 22005, the registered port of api. Use another offset, such as a multiple of 100.',
      'DRIFTOS_PORT_OFFSET=5 moves api to 22010, the registered port of login. Use another offset, such as a multiple of 100.',
    ])
    expect(meetingsOf(100, services)).toEqual([])
    expect(meetingsOf(0, services)).toEqual([])
  })
})

describe('the list of slots', () => {
  it('shows each lease, and the next one after a claim or a removal', async () => {
    const { first, second, options } = makeUser()
    for (const checkout of [first, second]) await takeSlot(checkout, services, options())
    expect((await listSlots(options())).slots).toMatchObject([
      { root: first.root, offset: 0, isRunning: false, isDeleted: false, isFree: false },
      { root: second.root, offset: 100 },
    ])
    expect((await claimSlot(second, 0, services, options())).offset).toBe(0)
    expect((await listSlots(options())).slots).toMatchObject([{ root: second.root, offset: 0 }])
    expect(await freeSlot(second.root, options())).toMatchObject({ offset: 0 })
    expect(await freeSlot(second.root, options())).toBeUndefined()
    expect((await listSlots(options())).slots).toEqual([])
  })

  it('frees the lease of a deleted directory by its path', async () => {
    const { first, options } = makeUser()
    await takeSlot(first, services, options())
    rmSync(first.root, { recursive: true })
    expect((await listSlots(options())).slots).toMatchObject([{ isDeleted: true, isFree: true }])
    expect(await freeSlot(first.root, options())).toMatchObject({ root: first.root })
  })
})
