import { services } from '@driftos/ports'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { dockerCompose } from './docker-compose.js'
import { coreDashboard, embedDashboard } from './grafana-dashboard.js'
import { grafanaDashboardProvider } from './grafana-dashboard-provider.js'
import { grafanaDatasource } from './grafana-datasource.js'
import { registry } from './fake-registry.fixture.js'

interface Dashboard {
  readonly uid: string
  readonly panels: readonly {
    readonly id: number
    readonly datasource: { readonly uid: string }
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
    readonly targets: readonly { readonly refId: string; readonly expr: string }[]
  }[]
}

const datasource = (
  parse(grafanaDatasource.render(registry)) as { datasources: { uid: string; url: string; type: string }[] }
).datasources[0]!

describe('the datasource', () => {
  it('is the Prometheus of docker-compose.yml, inside its network', () => {
    const { containerName, containerPort } = services.prometheus
    expect(datasource).toMatchObject({ type: 'prometheus', url: `http://${containerName}:${containerPort}` })
  })
})

describe('the provider', () => {
  it('reads the folder at which each Grafana has its dashboards', () => {
    const { providers } = parse(grafanaDashboardProvider.render(registry)) as {
      providers: { options: { path: string } }[]
    }
    const file = parse(dockerCompose.render(registry)) as { services: Record<string, { volumes: string[] }> }
    const path = providers[0]!.options.path
    expect(file.services[services.coreGrafana.containerName]!.volumes).toContain(`./grafana/dashboards/core:${path}:ro`)
    expect(file.services[services.embedGrafana.containerName]!.volumes).toContain(
      `./grafana/dashboards/embed:${path}:ro`,
    )
  })
})

describe.each([
  ['core', coreDashboard],
  ['embed', embedDashboard],
] as const)('the dashboard of %s', (name, artifact) => {
  const { uid, panels } = JSON.parse(artifact.render(registry)) as Dashboard

  it('has a name of its own, and panels with numbers of their own that do not overlap', () => {
    expect(uid).toBe(`driftos-${name}`)
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w } }) =>
      Array.from({ length: w }, (_, column) => `${x + column}/${y}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
  })

  it('asks the provisioned datasource, and for its own job alone', () => {
    for (const panel of panels) {
      expect(panel.datasource.uid).toBe(datasource.uid)
      for (const { expr } of panel.targets) {
        const jobs = [...expr.matchAll(/job="([^"]*)"/g)].map(([, job]) => job)
        expect(new Set(jobs)).toEqual(new Set([services[name].containerName]))
      }
    }
  })
})
