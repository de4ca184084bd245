import { beforeAll, describe, expect, it } from 'vitest'
import { readAll } from '../repository.fixture.js'
import { cli, makeSharedProject } from './project.fixture.js'

const common = { scheme: 'http', healthPath: '/health', group: 'apps', status: 'active', summary: 'A service' }
const registry = {
  services: {
    shop: {
      port: 7001,
      containerName: 'acme-shop',
      variable: 'STORE_PORT',
      aliases: ['till', 'price list'],
      ...common,
    },
    pay: { port: 7002, containerName: 'pay', variable: 'PAY_PORT', ...common },
  },
  ranges: { apps: { first: 7000, last: 7009, reserved: { first: 7006, last: 7009 }, summary: 'Apps' } },
  history: [{ service: 'shop', from: 7000, to: 7001, reason: 'the proxy needs it' }],
  retired: { cart: { port: 7003, reason: 'the shop does it' } },
}

let root: string
let before: Readonly<Record<string, string>>

beforeAll(async () => {
  root = await makeSharedProject({ 'ports.json': JSON.stringify(registry, null, 2) })
  await cli(root, 'sync')
  before = await readAll(root)
})

async function refuse(command: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(root, command, ...args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(`See driftos-ports ${command} --help.`)
  expect(stderr).not.toMatch(/\n\s+at /)
  expect(await readAll(root)).toEqual(before)
  return stderr
}

const twoLines = 'a\nB=1'

describe('add', () => {
  it.each([
    ['name', ['Bad'], 'got "Bad". Rename it'],
    ['name', ['a b'], 'got "a b". Rename it'],
    ['name', ['shop'], 'choose another name'],
    ['name', ['cart'], 'rename the service'],
    ['name', ['till'], '"till" is an alias of shop: choose another'],
    ['name', ['priceList'], '"priceList" is an alias of shop: choose another'],
    ['name', ['acmeShop'], '"acmeShop" is the container of shop: choose another'],
    ['name', ['store'], '"store" is the service shop in its variable STORE_PORT: choose another'],
    ['--alias', ['--alias', 'shop'], '"shop" is the name of a service: choose another'],
    ['--alias', ['--alias', 'cart'], '"cart" is the name of a retired service: choose another'],
    ['--alias', ['--alias', 'bills', '--alias', 'store'], '"store" is the service shop'],
    ['--alias', ['--alias', 'acme-shop'], '"acme-shop" is the container of shop'],
    ['--summary', ['--summary', twoLines], 'expected one line'],
    ['--summary', ['--summary', ' '], 'expected one line'],
    ['--container', ['--container', 'Pay Service'], 'expected a DNS label'],
    ['--container', ['--container', '$(id)'], 'expected a DNS label'],
    ['--container', ['--container', ''], 'expected a DNS label'],
    ['--container', ['--container', 'a'.repeat(64)], 'expected a DNS label'],
    ['--alias', ['--alias', twoLines], 'aliases'],
    ['--alias', ['--alias', ''], 'aliases'],
    ['--group', ['--group', 'none'], 'expected one of apps'],
    ['--group', ['--group', 'toString'], 'expected one of apps'],
    ['--port', ['--port', '0'], 'expected a whole number from 1 to 65535'],
    ['--port', ['--port', '65536'], 'expected a whole number from 1 to 65535'],
    ['--port', ['--port', '7006.5'], 'expected a whole number from 1 to 65535'],
    ['--port', ['--port', '7e3'], 'expected a whole number from 1 to 65535'],
    ['--port', ['--port', '7001'], 'both have port 7001: give one of them another port'],
    ['--port', ['--port', '7000'], 'add --reuse'],
    ['--port', ['--port', '7003'], 'add --reuse'],
    ['--port', ['--port', '40000'], 'use a lower port'],
    ['--port', ['--port', '6000'], '6000'],
    ['--port', ['--port', '81'], '81'],
    ['--port', ['--group', 'apps', '--port', '7100'], 'outside the range of its group apps, 7000-7009'],
    ['--scheme', ['--scheme', 'ftp'], 'scheme: expected'],
    ['--scheme', ['--scheme', ''], 'scheme: expected'],
    ['--health-path', ['--health-path', 'health'], 'healthPath: expected'],
    ['--health-path', ['--health-path', '/a b'], 'healthPath: expected'],
    ['--metrics-path', ['--metrics-path', 'metrics'], 'metricsPath: expected'],
    ['--health-text', ['--health-text', twoLines], 'healthText: expected'],
    ['--variable', ['--variable', 'STORE_PORT'], 'STORE_PORT'],
    ['--variable', ['--variable', 'PORT'], 'variable: expected'],
    ['--variable', ['--variable', 'billing_port'], 'variable: expected'],
    ['--variable', ['--variable', 'DATABASE_PORT'], 'variable: expected'],
    ['--container-port', ['--container-port', '0'], 'expected a whole number from 1 to 65535'],
    ['--container-port', ['--container-port', '65536'], 'expected a whole number from 1 to 65535'],
    ['--pinned', ['--pinned', ''], 'pinned: expected one line'],
    ['--pinned', ['--pinned', twoLines], 'pinned: expected one line'],
    ['--reuse', ['--port', '7003', '--reuse'], 'expected --reason TEXT'],
    ['--reason', ['--port', '7003', '--reuse', '--reason', twoLines], 'expected one line'],
  ])('refuses a bad %s, %j', async (field, args, message) => {
    const name = field === 'name' ? [] : ['billing']
    const summary = args.includes('--summary') ? [] : ['--summary', 'Invoices']
    const place = args.includes('--port') || args.includes('--group') ? [] : ['--group', 'apps']
    expect(await refuse('add', [...name, ...args, ...summary, ...place])).toContain(message)
  })

  it.each([
    [[], 'expected <name>'],
    [['billing', '--group', 'apps'], 'expected --summary TEXT'],
    [['billing', '--summary', 'Invoices'], 'expected --group NAME or --port N'],
  ])('refuses the incomplete command line %j', async (args, message) => {
    expect(await refuse('add', args)).toContain(message)
  })
})

describe('move', () => {
  it.each([
    [['shop'], 'expected <service> <port>'],
    [['shop', '7004', 'pay'], 'expected pairs of a service and a port'],
    [['none', '7004'], 'Unknown service "none"'],
    [['shpo', '7004'], 'Did you mean shop?'],
    [['toString', '7004'], 'Unknown service "toString"'],
    [['cart', '7004'], 'cart is retired (port 7003): the shop does it. Use another service, or register one'],
    [['shop', 'x'], 'expected a whole number from 1 to 65535'],
    [['shop', '65536'], 'expected a whole number from 1 to 65535'],
    [['shop', '7002'], 'both have port 7002: give one of them another port'],
    [['shop', '7004', 'pay', '7004'], 'both have port 7004: give one of them another port'],
    [['shop', '7003'], 'add --reuse'],
    [['shop', '40000'], 'use a lower port'],
    [['shop', '7100'], 'Free in apps: 7006-7009.'],
    [['shop', '7004', '--reason', twoLines], 'expected one line'],
    [['shop', '7004', '--reason', ' '], 'expected --reason TEXT'],
  ])('refuses %j', async (args, message) => {
    expect(await refuse('move', args.includes('--reason') ? args : [...args, '--reason', 'a test'])).toContain(message)
  })
})

describe('retire', () => {
  it.each([
    [[], 'expected <service>'],
    [['none'], 'Unknown service "none"'],
    [['7001'], 'Unknown service "7001"'],
    [['cart'], 'cart is already retired (port 7003): the shop does it. Nothing is left to do.'],
    [['shop', 'pay'], 'Unexpected argument "pay"'],
    [['shop', '--reason', twoLines], 'expected one line'],
    [['shop', '--reason', ''], 'expected --reason TEXT'],
  ])('refuses %j', async (args, message) => {
    expect(await refuse('retire', args.includes('--reason') ? args : [...args, '--reason', 'a test'])).toContain(
      message,
    )
  })
})

describe('a retired service', () => {
  it.each([
    ['status', ['cart']],
    ['wait', ['cart']],
    ['run', ['Cart', '--', 'true']],
  ])('is refused by %s with its reason and the fix', async (command, args) => {
    expect(await refuse(command, args)).toContain('cart is retired (port 7003): the shop does it. Use another service')
  })
})
