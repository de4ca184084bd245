import type { Env } from '@driftos/ports'
import { describe, expect, it } from 'vitest'
import { acme, acmePorts } from '../acme.fixture.js'
import { checks } from './checks.js'
import { parseExcludedRanges, withoutReserved, type Machine } from './machine.js'

const root = '/srv/shop'
const used = { service: 'shop', port: acmePorts.shop, reason: undefined, holder: undefined, families: [4, 6] as const }
const slot = {
  root,
  instance: 'x',
  host: 'here',
  project: 'acme',
  offset: 0,
  ports: [],
  pinned: [],
  takenAt: '',
  usedAt: '',
  isRunning: false,
  isDeleted: false,
  isFree: false,
}

/** A machine in order. */
const inOrder: Machine = {
  platform: 'linux',
  services: acme.services,
  env: {},
  envFile: { applied: {} },
  invalidVariables: [],
  ports: new Map(Object.entries(acmePorts)),
  used: [{ ...used, state: 'up' }],
  checkout: undefined,
  otherRoot: undefined,
  slots: [slot],
  slotWarnings: [],
  ephemeral: [{ first: 32_768, last: 60_999 }],
  excluded: [],
  freeOffset: undefined,
  localhost: [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ],
}

function inFile(applied: Env): Partial<Machine> {
  return { env: applied, envFile: { file: '/srv/shop/.env', applied } }
}

const range = { first: acmePorts.shop - 1, last: acmePorts.shop }

/** A machine with one problem each, the check that finds it, and a part of its message and of its fix. */
const disorders: readonly [check: string, change: Partial<Machine>, message: string, fix: string][] = [
  ['variables', { invalidVariables: ['SHOP_PORT="x" is wrong'] }, 'SHOP_PORT="x"', 'unset'],
  ['port-variable', { env: { PORT: '80' } }, 'PORT=80', 'Unset it'],
  ['port-variable', inFile({ PORT: '80' }), 'PORT=80', 'Remove it from /srv/shop/.env'],
  ['unread-variables', inFile({ CART_PORT: '1' }), 'CART_PORT in /srv/shop/.env', 'Remove it'],
  ['unread-variables', inFile({ SHPO_PORT: '1' }), 'SHPO_PORT', 'Rename it to SHOP_PORT'],
  ['unread-variables', inFile({ SHOP_PROT: '1' }), 'SHOP_PROT in', 'Rename it to SHOP_PORT'],
  ['unread-variables', { env: { SHOP_PRT: '1' } }, 'SHOP_PRT', 'Rename it to SHOP_PORT'],
  ['unread-variables', { env: { SHOPS_PORT: '1' } }, 'SHOPS_PORT', 'Rename it to SHOP_PORT'],
  ['unread-variables', { env: { DRIFTOS_PORT_OFSET: '1' } }, 'DRIFTOS_PORT_OFSET', 'Rename it to DRIFTOS_PORT_OFFSET'],
  ['foreign-variables', { otherRoot: '/srv/other' }, 'DRIFTOS_CHECKOUT is /srv/other', 'new terminal'],
  [
    'ports',
    { used: [{ ...used, state: 'stranger', holder: 'node (pid 7) in ../x' }] },
    'node (pid 7) in ../x',
    'SHOP_PORT',
  ],
  ['ports', { used: [{ ...used, state: 'stranger' }] }, 'a process of another user', 'SHOP_PORT'],
  ['ports', { used: [{ ...used, state: 'down', reason: 'it answers 503' }] }, 'not healthy (it answers 503)', 'log'],
  [
    'elsewhere',
    { used: [{ ...used, state: 'elsewhere', reason: 'it belongs to ../b' }] },
    '../b',
    'driftos-ports slot',
  ],
  [
    'elsewhere',
    {
      used: [{ ...used, state: 'elsewhere', families: [6] }],
      checkout: { root, instance: slot.instance, project: 'acme' },
      freeOffset: 300,
    },
    'another checkout',
    '`driftos-ports slot take 300`',
  ],
  [
    'elsewhere',
    { used: [{ ...used, state: 'elsewhere' }], env: { DRIFTOS_PORT_OFFSET: '7' }, freeOffset: 300 },
    'another checkout',
    'another DRIFTOS_PORT_OFFSET, such as 300',
  ],
  [
    'offset',
    { env: { DRIFTOS_PORT_OFFSET: `${acmePorts.database - acmePorts.shop}` } },
    `${acmePorts.database}, the registered port of database`,
    'Use another offset',
  ],
  ['slots', { slots: [{ ...slot, isDeleted: true, isFree: true }] }, 'the directory is deleted', `slot free ${root}`],
  ['slots', { slots: [{ ...slot, isFree: true }] }, 'not used for 14 days', `slot free ${root}`],
  ['slots', { slotWarnings: ['The ledger is corrupt.'] }, 'corrupt', 'CHECKOUTS'],
  ['ephemeral-ports', { ephemeral: [range] }, `use ${acmePorts.shop} (shop)`, 'ip_local_reserved_ports'],
  ['ephemeral-ports', { ephemeral: [range], platform: 'win32' }, `use ${acmePorts.shop} (shop)`, 'smaller'],
  ['excluded-ports', { excluded: [range], platform: 'win32' }, `listen on ${acmePorts.shop} (shop)`, 'winnat'],
  ['airplay', { platform: 'darwin', ports: new Map([['shop', 5000]]) }, 'Port 5000 of shop', 'AirPlay'],
  ['localhost', { localhost: [] }, 'no address', 'hosts'],
  ['localhost', { localhost: [{ address: '10.0.0.9', family: 4 }] }, '10.0.0.9', 'hosts'],
  ['localhost', { used: [{ ...used, state: 'up', families: [6] }] }, 'only on IPv6', '[::1]'],
  [
    'localhost',
    { used: [{ ...used, state: 'up', families: [4] }], localhost: inOrder.localhost.toReversed() },
    'only on IPv4',
    '127.0.0.1',
  ],
]

describe('checks', () => {
  it.each(checks)('$name finds nothing on a machine in order', ({ find }) => {
    expect(find(inOrder)).toEqual([])
  })

  it.each(disorders)('%s alone finds %j', (name, change, message, fix) => {
    const found = checks.filter(({ find }) => find({ ...inOrder, ...change }).length > 0)
    expect(found.map((check) => check.name)).toEqual([name])
    expect(found[0]!.find({ ...inOrder, ...change })).toEqual([
      { message: expect.stringContaining(message) as string, fix: expect.stringContaining(fix) as string },
    ])
  })

  it('are each tested by a machine in disorder', () => {
    expect(new Set(disorders.map(([name]) => name))).toEqual(new Set(checks.map(({ name }) => name)))
  })

  it.each([
    { PORT: ' ' },
    { SHOP_PORT: '1', SHOP_HOST: 'a', SHOP_URL: 'b', ACME_DB_URL: 'c' },
    { DRIFTOS_PORT_OFFSET: '100', DRIFTOS_CHECKOUT: root },
    { LANG_PORT: '1', SSH_HOST: 'x' },
  ])('leave the variables %j alone', (env) => {
    expect(checks.flatMap(({ find }) => find({ ...inOrder, env }))).toEqual([])
  })

  it.each(['linux', 'win32'] as const)('leave ports 5000 and 7000 alone on %s', (platform) => {
    const ports = new Map([['shop', 5000]])
    expect(checks.flatMap(({ find }) => find({ ...inOrder, platform, ports }))).toEqual([])
  })
})

describe('withoutReserved', () => {
  it.each([
    ['32768\t60999\n', '\n', [[32_768, 60_999]]],
    [
      '100 200',
      '150',
      [
        [100, 149],
        [151, 200],
      ],
    ],
    [
      '100 200',
      '90-110,120-130,200',
      [
        [111, 119],
        [131, 199],
      ],
    ],
    ['100 200', '1-300', []],
    ['', '', []],
  ])('returns the range %j without %j', (text, reserved, ranges) => {
    expect(withoutReserved(text, reserved)).toEqual(ranges.map(([first, last]) => ({ first, last })))
  })
})

describe('parseExcludedRanges', () => {
  it.each([
    'Protocol tcp Port Exclusion Ranges\r\n\r\nStart Port    End Port\r\n----------    --------\r\n      5357        5357\r\n     50000       50059     *\r\n\r\n* - Administered port exclusions.\r\n',
    'Ausschlussbereiche\nStartport    Endport\n----------  --------\n 5357  5357\n 50000  50059 *\n',
  ])('returns the ranges of netsh in any language', (text) => {
    expect(parseExcludedRanges(text)).toEqual([
      { first: 5357, last: 5357 },
      { first: 50_000, last: 50_059 },
    ])
  })
})
