import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findCheckout } from './checkout/checkout.js'
import { takeSlot } from './checkout/slots.js'
import { defineRegistry } from './define.js'
import { explainListenError, probeService } from './probe.js'
import { services as driftos, type ServiceName } from './index.js'

const isShown = process.platform === 'linux' || process.platform === 'darwin'
const own = findCheckout(process.cwd())!.instance

const registry = defineRegistry({
  services: {
    shop: {
      port: 4000,
      containerName: 'acme-shop',
      variable: 'SHOP_PORT',
      scheme: 'http',
      healthPath: '/health',
      status: 'active',
      summary: 'The shop',
    },
    panel: {
      port: 4001,
      containerName: 'acme-panel',
      variable: 'PANEL_PORT',
      scheme: 'http',
      healthPath: '/',
      healthText: 'panel',
      status: 'active',
      summary: 'A program of others',
    },
    store: {
      port: 4002,
      containerName: 'acme-store',
      variable: 'STORE_PORT',
      scheme: 'postgresql',
      status: 'active',
      summary: 'Its data',
    },
  },
  ranges: {},
  history: [],
})
const names = Object.keys(registry.services) as (keyof typeof registry.services)[]

/** The source of a server for each service: it returns its name, or answers a PostgreSQL handshake. */
const answers: Record<(typeof names)[number], string> = {
  shop: `require('http').createServer((q, r) => r.end(JSON.stringify({ status: 'ok', service: 'shop', ...(process.env.INSTANCE && { instance: process.env.INSTANCE }) })))`,
  panel: `require('http').createServer((q, r) => r.end('the panel'))`,
  store: `require('net').createServer((s) => s.on('data', () => s.write('N')).on('error', () => {}))`,
}

/** Starts a server in a directory, and returns the variables with its port. */
async function start(service: (typeof names)[number], cwd: string, instance = '') {
  const source = `const s = ${answers[service]}; s.listen(0, '127.0.0.1', () => console.log(s.address().port))`
  const child = spawn(process.execPath, ['-e', source], { cwd, env: { ...process.env, INSTANCE: instance } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [data] = (await once(child.stdout, 'data')) as [Buffer]
  return { pid: child.pid!, env: { [registry.services[service].variable]: data.toString().trim() } }
}

function makeCheckout(): string {
  const directory = realpathSync.native(mkdtempSync(join(tmpdir(), 'driftos-identity-')))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  // Not next to this repository, which may be in the same directory: messages would name it by a relative path.
  const tree = join(directory, 'tree')
  mkdirSync(join(tree, '.git'), { recursive: true })
  mkdirSync(join(tree, 'apps'))
  writeFileSync(join(tree, '.git/HEAD'), 'ref: refs/heads/feature/x\n')
  return tree
}

describe.skipIf(!isShown)('probeService with an instance', () => {
  it.each(names)('is elsewhere for %s of another checkout, with its directory and branch', async (service) => {
    const tree = makeCheckout()
    const { env, pid } = await start(service, join(tree, 'apps'))
    expect(await probeService(service, { registry, env, instance: own })).toMatchObject({
      service,
      state: 'elsewhere',
      reason: `it belongs to ${tree}, branch feature/x`,
      holder: { process: { pid }, cwd: join(tree, 'apps') },
      checkout: { root: tree, branch: 'feature/x' },
    })
    const theirs = findCheckout(tree)!.instance
    expect(await probeService(service, { registry, env, instance: theirs })).toMatchObject({ state: 'up' })
    expect(await probeService(service, { registry, env })).toMatchObject({ state: 'up' })
  })

  it.each(names)('is up for %s of this checkout, and of a directory outside any', async (service) => {
    const outside = realpathSync.native(mkdtempSync(join(tmpdir(), 'driftos-outside-')))
    onTestFinished(() => rmSync(outside, { recursive: true, force: true }))
    for (const cwd of [process.cwd(), outside]) {
      const { env } = await start(service, cwd)
      expect(await probeService(service, { registry, env, instance: own })).toMatchObject({ state: 'up' })
    }
  })

  it.skipIf(process.platform !== 'linux')('is elsewhere for a server whose directory is deleted', async () => {
    const tree = makeCheckout()
    const { env } = await start('store', tree)
    rmSync(tree, { recursive: true })
    expect(await probeService('store', { registry, env, instance: own })).toMatchObject({ state: 'elsewhere' })
  })

  it('prefers the instance in the health answer to the directory', async () => {
    const tree = makeCheckout()
    const theirs = findCheckout(tree)!.instance
    const here = await start('shop', process.cwd(), theirs)
    expect(await probeService('shop', { registry, env: here.env, instance: own })).toMatchObject({ state: 'elsewhere' })
    const there = await start('shop', tree, own)
    expect(await probeService('shop', { registry, env: there.env, instance: own })).toMatchObject({ state: 'up' })
  })

  it('finds the directory of an instance in the ledger where the process has another one', async () => {
    const tree = makeCheckout()
    const theirs = findCheckout(tree)!
    const { env } = await start('shop', process.cwd(), theirs.instance)
    const state = { XDG_STATE_HOME: join(tree, 'state'), LOCALAPPDATA: join(tree, 'state') }
    await takeSlot(theirs, registry.services, { env: state, findOccupants: async () => new Map() })
    const probe = (more: Record<string, string>) =>
      probeService('shop', { registry, env: { ...env, ...more }, instance: own })
    expect(await probe(state)).toMatchObject({
      reason: `it belongs to ${tree}, branch feature/x`,
      checkout: { root: tree },
    })
    expect(await probe({ XDG_STATE_HOME: tree, LOCALAPPDATA: tree })).toMatchObject({
      reason: 'it belongs to another checkout',
    })
  })

  it('leaves a service that is down as it is', async () => {
    const server = createServer((_, response) => response.writeHead(503).end('{"service":"shop","instance":"other"}'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const env = { SHOP_PORT: String(port) }
    expect(await probeService('shop', { registry, env, instance: own })).toMatchObject({ state: 'down' })
  })
})

describe.skipIf(!isShown)('explainListenError', () => {
  it.each(names)('names %s of another checkout for any registry', async (other) => {
    const tree = makeCheckout()
    const { env, pid } = await start(other, tree)
    const message = await explainListenError(other, { code: 'EADDRINUSE' }, env, registry)
    expect(message).toContain(`it is used by ${other} of ${tree}, branch feature/x (pid ${pid}). Reach it at `)
  })

  const service = Object.keys(driftos)[0] as ServiceName

  it('names the directory and branch of another checkout, and how to go on', async () => {
    const tree = makeCheckout()
    const { env, pid } = await start('panel', tree)
    const { variable } = driftos[service]
    const message = await explainListenError(service, { code: 'EADDRINUSE' }, { [variable]: env['PANEL_PORT'] })
    expect(message).toMatch(`${service} cannot listen on port ${env['PANEL_PORT']}: it is used by `)
    expect(message).toContain(`(pid ${pid}) in ${tree}, branch feature/x.`)
    expect(message).toContain(`\`driftos-ports run ${service} -- COMMAND\``)
    const placed = { [variable]: env['PANEL_PORT'], DRIFTOS_PORT_OFFSET: '100' }
    expect(await explainListenError(service, { code: 'EADDRINUSE' }, placed)).toContain('another DRIFTOS_PORT_OFFSET')
  })

  it('names the service of another checkout', async () => {
    const tree = makeCheckout()
    const source = `const s = require('http').createServer((q, r) => r.end('{"service":"${service}"}')).listen(0, '127.0.0.1', () => console.log(s.address().port))`
    const child = spawn(process.execPath, ['-e', source], { cwd: tree })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [data] = (await once(child.stdout, 'data')) as [Buffer]
    const port = data.toString().trim()
    const message = await explainListenError(service, { code: 'EADDRINUSE' }, { [driftos[service].variable]: port })
    if (driftos[service].scheme !== 'http' || driftos[service].healthText !== undefined) return
    expect(message).toContain(
      `port ${port}: it is used by ${service} of ${tree}, branch feature/x (pid ${child.pid}). Reach it at http://localhost:${port}`,
    )
  })
})
