import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse, stringify } from 'yaml'
import { alerts, alertsFile } from './alerts.js'
import { generators } from './index.js'
import { registry } from './registry.fixture.js'

// GitHub's runners other than Linux have no Prometheus.
const isRequired = Boolean(process.env['CI']) && process.platform === 'linux'
const hasPromtool = isRequired || canRun('promtool')
if (!hasPromtool) console.log('skipped: promtool is missing')

const { groups } = parse(alerts.render(registry)!) as { groups: { rules: { alert: string }[] }[] }
const names = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert))
const jobOf = (name: string) => registry.services[name]?.containerName ?? ''
const scraped = Object.keys(registry.services).find((name) => registry.services[name]!.metricsPath) ?? ''

const of = (name: string, more = '') => `{job="${jobOf(name)}",service="${name}",instance="one"${more}}`
const bucket = (le: string) => `http_request_duration_seconds_bucket${of(scraped, `,le="${le}"`)}`

/** Series for each alert: what makes it fire, and what does not. Each value is one minute. */
const cases: Readonly<Record<string, readonly [firing: Record<string, string>, quiet: Record<string, string>]>> = {
  DriftosServiceDown: [{ [`up${of(scraped)}`]: '0x30' }, { [`up${of(scraped)}`]: '1x30' }],
  DriftosErrors: [
    {
      [`http_request_duration_seconds_count${of(scraped, ',status_code="503"')}`]: '0+10x30',
      [`http_request_duration_seconds_count${of(scraped, ',status_code="200"')}`]: '0+90x30',
    },
    {
      [`http_request_duration_seconds_count${of(scraped, ',status_code="503"')}`]: '0+1x30',
      [`http_request_duration_seconds_count${of(scraped, ',status_code="404"')}`]: '0+99x30',
    },
  ],
  DriftosSlow: [
    { [bucket('5')]: '0+50x30', [bucket('30')]: '0+100x30', [bucket('+Inf')]: '0+100x30' },
    { [bucket('5')]: '0+99x30', [bucket('30')]: '0+100x30', [bucket('+Inf')]: '0+100x30' },
  ],
  DriftosDatabaseQueue: [
    { [`database_pool_connections${of(scraped, ',state="waiting"')}`]: '3x30' },
    { [`database_pool_connections${of(scraped, ',state="busy"')}`]: '3x30' },
  ],
  DriftosModelFails: [
    {
      [`llm_errors_total${of('core', ',kind="timeout",operation="decide"')}`]: '0+5x30',
      [`llm_request_duration_seconds_count${of('core', ',operation="decide"')}`]: '0+10x30',
    },
    {
      [`llm_errors_total${of('core', ',kind="aborted",operation="chat"')}`]: '0+5x30',
      [`llm_request_duration_seconds_count${of('core', ',operation="chat"')}`]: '0+10x30',
    },
  ],
  DriftosNoDecisions: [
    { [`core_fallbacks_total${of('core', ',missing="embed"')}`]: '0+1x30' },
    { [`core_fallbacks_total${of('core', ',missing="model"')}`]: '0+1x30' },
  ],
  DriftosEmbedderFails: [
    { [`embedding_duration_seconds_count${of('embed', ',outcome="failed"')}`]: '0+1x30' },
    { [`embedding_duration_seconds_count${of('embed', ',outcome="done"')}`]: '0+1x30' },
  ],
}

describe('the alert rules', () => {
  it('are loaded by every Prometheus configuration of this repository', () => {
    const configs = generators.filter(({ file }) => /prometheus\/prometheus.*\.yml$/.test(file))
    expect(configs.length).toBeGreaterThan(0)
    for (const { render } of configs) expect(parse(render(registry)!)).toMatchObject({ rule_files: [alertsFile] })
  })

  it('each have a case', () => {
    expect(Object.keys(cases)).toEqual(expect.arrayContaining(names))
  })

  describe.skipIf(!hasPromtool)('by promtool', () => {
    it.each(names)('%s fires on its fault, and on nothing else', (name) => {
      const [firing, quiet] = cases[name]!
      const labels = new RegExp(`alertname="${name}"`)
      expect(test(firing, name, true)).toMatch(/SUCCESS/)
      expect(test(quiet, name, false)).toMatch(/SUCCESS/)
      // The test of the test: the opposite is not true.
      expect(test(firing, name, false)).toMatch(labels)
    })
  })
})

/** Runs `promtool test rules`; returns its output. */
function test(series: Readonly<Record<string, string>>, name: string, isFiring: boolean): string {
  const directory = mkdtempSync(join(tmpdir(), 'driftos-alerts-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  writeFileSync(join(directory, alertsFile), alerts.render(registry)!)
  const count = `count(ALERTS{alertname="${name}",alertstate="firing"}) or vector(0)`
  writeFileSync(
    join(directory, 'test.yml'),
    stringify({
      rule_files: [alertsFile],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: Object.entries(series).map(([one, values]) => ({ series: one, values })),
          promql_expr_test: [
            { expr: count, eval_time: '25m', exp_samples: [{ labels: '{}', value: isFiring ? 1 : 0 }] },
          ],
          alert_rule_test: isFiring ? [] : [{ eval_time: '25m', alertname: name, exp_alerts: [] }],
        },
      ],
    }),
  )
  try {
    return execFileSync('promtool', ['test', 'rules', 'test.yml'], { cwd: directory, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    return stdout + stderr
  }
}

function canRun(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
