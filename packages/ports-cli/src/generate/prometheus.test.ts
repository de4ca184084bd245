import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { services } from '@driftos/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { dockerCompose } from './docker-compose.js'
import { prometheus, prometheusOfApps } from './prometheus.js'
import { registry } from './fake-registry.fixture.js'
import { interpolate } from './interpolate.fixture.js'
import { findLinesWithPort } from './lines-with-port.fixture.js'

interface Config {
  readonly scrape_configs: readonly {
    readonly job_name: string
    readonly metrics_path: string
    readonly static_configs: readonly { readonly targets: readonly string[]; readonly labels: object }[]
  }[]
}

const scraped = ['gateway', 'core', 'embed'] as const

describe.each([
  ['prometheus.yml', prometheus, () => 'host.docker.internal'],
  ['prometheus.apps.yml', prometheusOfApps, (name: (typeof scraped)[number]) => services[name].containerName],
])('%s', (_file, artifact, hostOf) => {
  it('scrapes gateway, core and embed at their own ports and paths', () => {
    const { scrape_configs: jobs } = parse(artifact.render(registry)) as Config
    expect(jobs).toEqual(
      scraped.map((name) => ({
        job_name: services[name].containerName,
        metrics_path: services[name].metricsPath,
        scheme: 'http',
        static_configs: [{ targets: [`${hostOf(name)}:${services[name].port}`], labels: { service: name } }],
      })),
    )
  })

  it.each(scraped)('names the port of %s once', (name) => {
    expect(findLinesWithPort(artifact, name)).toHaveLength(1)
  })
})

// What GitHub's other systems bring along has no promtool.
const isRequired = Boolean(process.env['CI']) && process.platform === 'linux'
const hasPromtool = isRequired || canRun('promtool')
if (!hasPromtool) console.log('skipped: promtool is missing; it comes with Prometheus')

describe.skipIf(!hasPromtool)('promtool', () => {
  it.each([
    ['prometheus.yml', () => prometheus.render(registry)],
    ['prometheus.apps.yml', () => prometheusOfApps.render(registry)],
    ['what docker-compose.yml gives Prometheus', () => inlineConfig({})],
    ['what docker-compose.yml gives Prometheus under an override', () => inlineConfig({ CORE_PORT: '4101' })],
  ])('accepts %s', async (_what, render) => {
    const { stdout } = await checkConfig(render())
    expect(stdout).toContain('SUCCESS')
  })

  it('refuses a configuration that is none', async () => {
    await expect(checkConfig('scrape_configs: [{ job: x }]')).rejects.toMatchObject({ code: 1 })
  })
})

function inlineConfig(env: Readonly<Record<string, string>>): string {
  const { configs } = parse(interpolate(dockerCompose.render(registry), env)) as {
    configs: Record<string, { content: string }>
  }
  return configs['prometheus-host']!.content
}

async function checkConfig(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'driftos-prometheus-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'prometheus.yml'), text)
  return promisify(execFile)('promtool', ['check', 'config', join(folder, 'prometheus.yml')])
}

function canRun(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
