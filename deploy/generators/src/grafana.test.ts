import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { compose } from './compose.js'
import { dashboards, datasource as named, hasDashboard } from './grafana-dashboard.js'
import { grafanaDashboardProvider, grafanaDatasource } from './grafana-provisioning.js'
import { registry, retire } from './registry.fixture.js'

const { services } = registry

interface Dashboard {
  readonly uid: string
  readonly panels: readonly {
    readonly id: number
    readonly datasource: { readonly uid: string }
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
    readonly targets: readonly { readonly refId: string; readonly expr: string }[]
  }[]
}

const shown = ['core', 'embed'].filter((name) => hasDashboard(name, registry))

describe.runIf(services['prometheus'])('the datasource', () => {
  it('is the Prometheus of docker-compose.yml, inside its network', () => {
    const { datasources } = parse(grafanaDatasource.render(registry)!) as { datasources: object[] }
    const { containerName, containerPort, port } = services['prometheus']!
    expect(datasources).toMatchObject([{ ...named, url: `http://${containerName}:${containerPort ?? port}` }])
  })
})

describe('the provider', () => {
  it.each(shown)('reads the directory at which the Grafana of %s has its dashboards', (name) => {
    const { providers } = parse(grafanaDashboardProvider.render(registry)!) as {
      providers: { options: { path: string } }[]
    }
    const file = parse(compose.render(registry)!) as { services: Record<string, { volumes: string[] }> }
    const path = providers[0]!.options.path
    const { containerName } = services[`${name}Grafana`]!
    expect(file.services[containerName]!.volumes).toContain(`./grafana/dashboards/${name}:${path}:ro`)
  })
})

describe.each(shown)('the dashboard of %s', (name) => {
  const dashboard = dashboards.find(({ file }) => file.endsWith(`/${name}.json`))!
  const { uid, panels } = JSON.parse(dashboard.render(registry)!) as Dashboard

  it.each([name, `${name}Grafana`])('is removed with %s', (retired) => {
    expect(dashboard.render(retire(registry, retired))).toBeUndefined()
  })

  it('has a unique name, and panels with unique numbers that do not overlap', () => {
    expect(uid).toBe(`driftos-${name}`)
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w } }) =>
      Array.from({ length: w }, (_, column) => `${x + column}/${y}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
  })

  it('queries the provisioned datasource, for its own job only', () => {
    for (const panel of panels) {
      expect(panel.datasource.uid).toBe(named.uid)
      for (const { expr } of panel.targets) {
        const jobs = [...expr.matchAll(/job="([^"]*)"/g)].map(([, job]) => job)
        expect(new Set(jobs)).toEqual(new Set([services[name]!.containerName]))
      }
    }
  })
})
