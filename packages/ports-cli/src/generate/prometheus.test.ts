import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { acme as registry } from '../acme.fixture.js'
import { hostFromContainer, prometheus, renderPrometheusConfig } from './prometheus.js'

const scraped = Object.entries(registry.services).filter(([, { metricsPath }]) => metricsPath)

describe.each([
  ['on-host', () => hostFromContainer],
  ['in-containers', (containerName: string) => containerName],
] as const)('prometheus of services %s', (services, hostOf) => {
  it('scrapes every service with metrics at its own port and path', () => {
    const { scrape_configs: jobs } = parse(prometheus({ services }).render(registry)!) as { scrape_configs: object[] }
    expect(jobs).toEqual(
      scraped.map(([name, { containerName, metricsPath, scheme, port, containerPort }]) => {
        const target = `${hostOf(containerName)}:${services === 'on-host' ? port : (containerPort ?? port)}`
        return {
          job_name: containerName,
          metrics_path: metricsPath,
          scheme,
          static_configs: [{ targets: [target], labels: { service: name } }],
        }
      }),
    )
  })
})

// Only Debian's package of Prometheus has promtool.
const isRequired = Boolean(process.env['CI']) && process.platform === 'linux'
const hasPromtool = isRequired || canRun('promtool')
if (!hasPromtool) console.log('skipped: promtool is missing; it is a part of Prometheus')

describe.skipIf(!hasPromtool)('promtool', () => {
  it.each([
    ['services on the host', () => prometheus().render(registry)!],
    ['services in containers', () => prometheus({ services: 'in-containers' }).render(registry)!],
    ['services behind a URL', () => renderPrometheusConfig(registry, () => new URL('https://example.com/path'))],
  ])('accepts %s', async (_what, render) => {
    const { stdout } = await checkConfig(render())
    expect(stdout).toContain('SUCCESS')
  })

  it('refuses an invalid configuration', async () => {
    await expect(checkConfig('scrape_configs: [{ job: x }]')).rejects.toMatchObject({ code: 1 })
  })
})

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
