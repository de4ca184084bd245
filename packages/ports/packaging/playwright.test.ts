import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { packageRoot } from './built-package.js'

const playwright = fileURLToPath(import.meta.resolve('@playwright/test/cli'))
const chromium = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

const files = {
  '.git/HEAD': 'ref: refs/heads/main\n',
  'package.json': '{ "name": "acme", "type": "module" }',
  'registry.js': `import { defineRegistry } from '@driftos/ports/define'
export const registry = defineRegistry({
  services: { shop: { port: 7001, containerName: 'shop', variable: 'SHOP_PORT', scheme: 'http', healthPath: '/health', status: 'active', summary: 'Shop' } },
  ranges: {},
  history: [],
})
`,
  'playwright.config.js': `import { defineConfig } from '@playwright/test'
import { baseUrl, webServer } from '@driftos/ports/playwright'
import { registry } from './registry.js'
export default defineConfig({
  globalSetup: './global-setup.js',
  reporter: 'line',
  webServer: webServer('shop', { registry, command: 'node server.js', timeoutMs: 30_000 }),
  use: { baseURL: baseUrl('shop', { registry }), launchOptions: { executablePath: ${JSON.stringify(chromium)}, args: ['--no-sandbox'] } },
})
`,
  'global-setup.js': `import { checkServices } from '@driftos/ports/playwright'
import { registry } from './registry.js'
export default () => checkServices('shop', { registry })
`,
  'shop.spec.js': `import { expect, test } from '@playwright/test'
test('opens the shop', async ({ page }) => {
  await page.goto('/')
  await expect(page.locator('h1')).toHaveText(process.env.EXPECTED_PATH)
})
`,
  'server.js': `import { createServer } from 'node:http'
import { findCheckout } from '@driftos/ports/checkout'
const { PORT, SERVICE = 'shop' } = process.env
const { instance } = findCheckout(process.cwd())
createServer(({ url }, response) => {
  if (url === '/health') response.setHeader('content-type', 'application/json').end(JSON.stringify({ status: 'ok', service: SERVICE, instance }))
  else response.setHeader('content-type', 'text/html').end('<h1>' + process.cwd() + '</h1>')
}).listen(PORT, '127.0.0.1', () => console.log('listening'))
`,
}

/** Makes a checkout of the shop, with this package and Playwright installed. */
async function makeCheckout(): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'driftos-playwright-')))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, file)), { recursive: true })
    await writeFile(join(root, file), text)
  }
  const links = {
    '@driftos/ports': packageRoot,
    '@playwright/test': join(packageRoot, 'node_modules/@playwright/test'),
  }
  for (const [name, target] of Object.entries(links)) {
    await mkdir(dirname(join(root, 'node_modules', name)), { recursive: true })
    await symlink(target, join(root, 'node_modules', name), 'junction')
  }
  return root
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function environment(root: string, port: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: root,
    XDG_STATE_HOME: join(root, 'state'),
    SHOP_PORT: `${port}`,
    EXPECTED_PATH: root,
  }
}

/** Starts a server that runs already when the tests start. */
async function startServer(root: string, port: number, service = 'shop'): Promise<void> {
  const env = { ...environment(root, port), PORT: `${port}`, SERVICE: service }
  const child = spawn(process.execPath, ['server.js'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  await once(createInterface(child.stdout), 'line')
}

async function runTests(root: string, port: number, more: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [playwright, 'test'], {
    cwd: root,
    env: { ...environment(root, port), ...more },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  return { code, output }
}

describe.skipIf(!existsSync(chromium))("Playwright's runner", () => {
  it('starts the service of the checkout and opens it', async () => {
    const root = await makeCheckout()
    const { code, output } = await runTests(root, await findFreePort())
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('1 passed') as string })
  })

  it('uses the service of the checkout that runs already', async () => {
    const [root, port] = [await makeCheckout(), await findFreePort()]
    await startServer(root, port)
    expect(await runTests(root, port)).toMatchObject({ code: 0 })
    const inCi = await runTests(root, port, { CI: 'true' })
    expect(inCi).toMatchObject({ code: 1, output: expect.stringContaining('already used') as string })
  })

  it('fails when another checkout answers, with its directory and the fix', async () => {
    const [root, other, port] = [await makeCheckout(), await makeCheckout(), await findFreePort()]
    await startServer(other, port)
    const { code, output } = await runTests(root, port)
    expect(code).toBe(1)
    expect(output).toContain(`shop on port ${port} belongs to another checkout`)
    expect(output).toContain(other.slice(other.lastIndexOf('/') + 1))
    expect(output).toContain('driftos-ports slot')
    expect(output).not.toContain('passed')
  })

  it('fails when another program answers, with its directory and the fix', async () => {
    const [root, other, port] = [await makeCheckout(), await makeCheckout(), await findFreePort()]
    await startServer(other, port, 'bank')
    const { code, output } = await runTests(root, port)
    expect(code).toBe(1)
    expect(output).toContain(`Port ${port} of shop is used by another program: node server.js (pid `)
    expect(output).toContain(other.slice(other.lastIndexOf('/') + 1))
    expect(output).toContain('set SHOP_PORT to a free port')
  })
})
