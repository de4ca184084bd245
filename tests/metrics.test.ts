import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { services } from '@driftos/ports'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { parse, stringify } from 'yaml'
import { findFreeOffset, portAt } from './free-offset.js'
import { startStack } from './stack-process.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const scraped = ['gateway', 'core', 'embed'] as const

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[]
}

interface Answer<Data> {
  readonly status: string
  readonly error?: string
  readonly data: Data
}

/** A sample of a query: its labels, and its time and value. */
interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

// GitHub's runners other than Linux have no Prometheus.
const isRequired = Boolean(process.env['CI']) && process.platform === 'linux'
const hasPrometheus = 'prometheus' in services && (isRequired || canRun('prometheus'))
if (!hasPrometheus) console.log('skipped: prometheus is missing')

describe.skipIf(!hasPrometheus)('Prometheus', () => {
  it('scrapes gateway, core and embed, one of them moved, and every panel of the dashboards has data', async () => {
    const offset = await findFreeOffset()
    const env = {
      DRIFTOS_PORT_OFFSET: offset,
      CORE_PORT: String(portAt('core', offset) + 1000),
      // The services need no database to be healthy and to have metrics.
      DATABASE_URL: 'postgresql://localhost:1/none',
    }
    const stack = startStack('start', env)
    await stack.sees('Not ready: core, embed.')
    const origin = await startPrometheus(await findFreePort(), env)

    await vi.waitFor(
      async () => {
        const { activeTargets } = await ask<{ activeTargets: { labels: { job: string }; health: string }[] }>(
          `${origin}/api/v1/targets`,
        )
        const states = activeTargets.map(({ labels, health }) => `${labels.job} ${health}`)
        expect(states).toEqual(expect.arrayContaining(scraped.map((name) => `${services[name].containerName} up`)))
      },
      { timeout: 20_000, interval: 250 },
    )

    for (const path of ['/api/v1/nothing', '/api/v1/embed/nothing', '/api/v1/nothing', '/api/v1/embed/nothing'])
      await fetch(`http://localhost:${portAt('gateway', offset)}${path}`)
    for (const name of ['core', 'embed'] as const) {
      const { panels } = JSON.parse(
        await readFile(join(root, `deploy/docker/grafana/dashboards/${name}/${name}.json`), 'utf8'),
      ) as Dashboard
      expect(panels.length).toBeGreaterThan(0)
      for (const { title, targets } of panels) {
        expect(targets.length).toBeGreaterThan(0)
        for (const { expr } of targets) {
          await vi.waitFor(
            async () => expect(finite(await query(origin, expr)), `${name}, ${title}: ${expr}`).not.toEqual([]),
            { timeout: 20_000, interval: 250 },
          )
        }
      }
      const byRoute = panels.find(({ title }) => title === 'Requests per second')!.targets[0]!.expr
      await vi.waitFor(
        async () => expect((await query(origin, byRoute)).map(({ metric }) => metric['route'])).toContain('none'),
        { timeout: 20_000, interval: 250 },
      )
    }
  })
})

/** Starts Prometheus with the configuration that the CLI renders for this environment; returns its origin. */
async function startPrometheus(port: number, env: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'driftos-prometheus-'))
  const config = parse(await renderConfig(env)) as Record<string, unknown>
  // As rendered, except for the interval.
  config['global'] = { scrape_interval: '1s', scrape_timeout: '1s' }
  await writeFile(join(folder, 'prometheus.yml'), stringify(config))
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const closed = new Promise((resolve) => child.once('close', resolve))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await closed
    await rm(folder, { recursive: true, force: true })
  })
  const origin = `http://127.0.0.1:${port}`
  await vi.waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(`prometheus ended:\n${errors}`)
      expect((await fetch(`${origin}/-/healthy`)).status).toBe(200)
    },
    { timeout: 20_000, interval: 100 },
  )
  return origin
}

async function renderConfig(env: Record<string, string>): Promise<string> {
  const cli = 'packages/ports-cli/dist/bin.cjs'
  const { stdout } = await promisify(execFile)(process.execPath, [cli, 'env', '--format', 'prometheus'], {
    cwd: root,
    env,
  })
  return stdout
}

/** Runs a panel's query, with a value for Grafana's variable. */
async function query(origin: string, expr: string): Promise<readonly Sample[]> {
  const { result } = await ask<{ result: readonly Sample[] }>(
    `${origin}/api/v1/query?query=${encodeURIComponent(expr.replaceAll('$__rate_interval', '4s'))}`,
  )
  return result
}

function finite(samples: readonly Sample[]): readonly Sample[] {
  return samples.filter(({ value }) => Number.isFinite(Number(value[1])))
}

async function ask<Data>(url: string): Promise<Data> {
  const answer = (await (await fetch(url)).json()) as Answer<Data>
  if (answer.status !== 'success') throw new Error(`${url}: ${answer.error}`)
  return answer.data
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function canRun(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
