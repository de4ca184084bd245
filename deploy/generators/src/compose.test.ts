import { readFileSync } from 'node:fs'
import { prometheus } from '@driftos/ports-cli'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { withAlerts } from './alerts.js'
import { compose } from './compose.js'
import { interpolate } from './interpolate.fixture.js'
import { findUnusedPorts, names, registry } from './registry.fixture.js'
import { validateCompose } from './validate.fixture.js'
import { passedVariables } from './variables.js'

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly configs: Readonly<Record<string, { readonly content?: string; readonly file?: string }>>
  readonly volumes: Readonly<Record<string, unknown>>
}

interface ComposeService {
  readonly image: string
  readonly user?: string
  readonly profiles?: readonly string[]
  readonly command?: readonly string[]
  readonly ports: readonly string[]
  readonly environment?: Readonly<Record<string, string | null>>
  readonly build?: { readonly args: Readonly<Record<string, string>> }
  readonly volumes?: readonly string[]
  readonly configs?: readonly { readonly source: string }[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck: { readonly test: readonly string[] }
}

const { services } = registry
const isRegistered = (name: string) => names.includes(name)
const apps = ['gateway', 'core', 'embed', 'website', 'demo'].filter(isRegistered)
const support = ['postgres', 'prometheus', 'coreGrafana', 'embedGrafana'].filter(isRegistered)
const rendered = compose.render(registry)!
const file = parse(rendered) as ComposeFile
const entries = Object.entries(file.services)
const [unused = 0] = findUnusedPorts(1)

function innerPort(name: string): number {
  const { port, containerPort = port } = services[name]!
  return containerPort
}

function serviceOf(name: string, { services: all } = file): ComposeService | undefined {
  return all[services[name]?.containerName ?? '']
}

function read(env: Readonly<Record<string, string>>): ComposeFile {
  return parse(interpolate(rendered, env)) as ComposeFile
}

describe('docker-compose.yml', () => {
  it('keeps the schema of the Compose specification', () => {
    expect(validateCompose(file) ? [] : validateCompose.errors).toEqual([])
    expect(validateCompose({ services: { web: { port: ['1:1'] } } })).toBe(false)
  })

  it('has the database, metrics, dashboards, and under a profile the apps', () => {
    const containers = (list: readonly string[]) => list.map((name) => services[name]!.containerName).toSorted()
    const inProfile = entries.filter(([, { profiles }]) => profiles?.includes('apps')).map(([name]) => name)
    expect(inProfile.toSorted()).toEqual(containers(apps))
    expect(entries.map(([name]) => name).toSorted()).toEqual(containers([...apps, ...support]))
  })

  it('names the project by a variable, so that a second checkout has separate volumes', () => {
    expect(read({})).toMatchObject({ name: 'driftos' })
    expect(read({ COMPOSE_PROJECT_NAME: 'other' })).toMatchObject({ name: 'other' })
  })

  it.each([...apps, ...support])('publishes %s on loopback, at its variable or its registered port', (name) => {
    const { variable, port } = services[name]!
    expect(serviceOf(name)!.ports).toEqual([`127.0.0.1:\${${variable}:-${port}}:${innerPort(name)}`])
  })

  it('passes the keys of the gateway and the demo on, without a default that would be known to everyone', () => {
    const keysIn = (all: ComposeFile) => [
      serviceOf('gateway', all)?.environment?.['GATEWAY_API_KEYS'],
      serviceOf('demo', all)?.environment?.['GATEWAY_API_KEY'],
    ]
    const expected = (gateway: string | null, demo: string | null) => [
      isRegistered('gateway') ? gateway : undefined,
      isRegistered('demo') ? demo : undefined,
    ]
    expect(keysIn(read({}))).toEqual(expected(null, null))
  })

  it.each(apps)('passes every variable that %s reads', (name) => {
    const { environment } = serviceOf(name)!
    for (const variable of passedVariables(name)) expect(environment).toHaveProperty(variable, null)
    if (environment!['POSTGRES_HOST'] !== undefined) expect(environment).toHaveProperty('DATABASE_URL', null)
  })

  it('publishes no port twice', () => {
    const published = Object.values(read({}).services).flatMap(({ ports }) => ports.map((port) => port.split(':')[1]))
    expect(new Set(published).size).toBe(published.length)
  })

  it.each([...apps, ...support])('checks the health of %s at its own path', (name) => {
    const { healthPath } = services[name]!
    const test = serviceOf(name)!.healthcheck.test.join(' ')
    if (healthPath) expect(test).toContain(`http://127.0.0.1:${innerPort(name)}${healthPath}`)
    else expect(test).toContain('pg_isready')
  })

  it('pins every image that it pulls to a version', () => {
    const pulled = entries.filter(([, { build }]) => !build).map(([, { image }]) => image)
    for (const image of pulled) expect(image).toMatch(/^[\w/]+:v?\d+\.\d+\.\d+(-pg\d+)?$/)
  })

  it('pulls images that do not run as root', () => {
    const users = entries.filter(([, { build }]) => !build).map(([, { user }]) => user)
    expect(users).not.toContain(undefined)
    expect(users).not.toContain('root')
  })

  it('declares every volume and config that it mounts, and mounts each', () => {
    const mounted = entries.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]!))
    const named = mounted.filter((volume) => !volume.startsWith('.'))
    expect(named.toSorted()).toEqual(Object.keys(file.volumes).toSorted())
    const sources = entries.flatMap(([, { configs = [] }]) => configs.map(({ source }) => source))
    expect(sources.toSorted()).toEqual(Object.keys(file.configs).toSorted())
  })

  it('waits only for services that it has and that are started with the one that waits', () => {
    for (const [, { depends_on: needs = {}, profiles }] of entries) {
      for (const [need, { condition }] of Object.entries(needs)) {
        expect(condition).toBe('service_healthy')
        expect([undefined, profiles]).toContainEqual(file.services[need]!.profiles)
      }
    }
  })

  it.each(apps)('gives %s the origins of the other apps in the network, and builds it for its own port', (name) => {
    const { environment, build } = serviceOf(name)!
    const urls = Object.entries(environment!).filter(
      ([variable, value]) => variable.endsWith('_URL') && value !== null,
    )
    const origins = [...apps, ...(name === 'website' ? support : [])]
      .filter((other) => other !== name)
      .map((other) => {
        const { variable, scheme, containerName } = services[other]!
        return [variable.replace('_PORT', '_URL'), `${scheme}://${containerName}:${innerPort(other)}`]
      })
    expect(Object.fromEntries(urls)).toEqual(Object.fromEntries(origins))
    expect(environment).toMatchObject({ HOST: '::' })
    expect(build!.args).toEqual({ APP: name, PORT: String(innerPort(name)) })
  })

  it.each([...apps, ...support])('gives the website the address of %s for a browser on the host', (name) => {
    const { variable, scheme, port } = services[name]!
    const link = (env: Readonly<Record<string, string>>) =>
      serviceOf('website', read(env))?.environment![variable.replace('_PORT', '_LINK')]
    if (!isRegistered('website')) return expect(link({})).toBeUndefined()
    expect(link({})).toBe(`${scheme}://localhost:${port}`)
    expect(link({ [variable]: String(unused) })).toBe(`${scheme}://localhost:${unused}`)
    return expect(readFileSync(new URL('../../../apps/website/src/links.ts', import.meta.url), 'utf8')).toContain("'LINK'")
  })

  it('gives these addresses to the website alone', () => {
    const readers = entries.filter(([, { environment }]) =>
      Object.keys(environment ?? {}).some((key) => key.endsWith('_LINK')),
    )
    expect(readers.map(([, service]) => service)).toEqual([serviceOf('website')].filter(Boolean))
  })

  it.each([...apps, ...support])('moves the published port of %s, and its scraping, by the variable', (name) => {
    const { variable, metricsPath } = services[name]!
    const moved = read({ [variable]: String(unused) })
    expect(serviceOf(name, moved)!.ports).toEqual([`127.0.0.1:${unused}:${innerPort(name)}`])
    const { content = '' } = moved.configs['prometheus-host'] ?? {}
    if (metricsPath && content) expect(content).toContain(`host.docker.internal:${unused}\n`)
  })

  it('gives Prometheus what prometheus.yml has, while no variable is set', () => {
    const { content = withAlerts(prometheus()).render(registry)! } = read({}).configs['prometheus-host'] ?? {}
    expect(parse(content)).toEqual(parse(withAlerts(prometheus()).render(registry)!))
  })

  it.runIf(isRegistered('prometheus'))('scrapes the containers under the profile', () => {
    const configOf = (env: Readonly<Record<string, string>>) => serviceOf('prometheus', read(env))!.command![0]
    expect(configOf({})).toBe('--config.file=/etc/prometheus/prometheus.yml')
    expect(configOf({ COMPOSE_PROFILES: 'apps' })).toBe('--config.file=/etc/prometheus/prometheus.apps.yml')
  })

  it('takes every password from a variable', () => {
    const variables = [...rendered.matchAll(/PASSWORD: '?\$\{(\w+)/g)].map(([, variable]) => variable!)
    expect(variables.length).toBe(rendered.match(/PASSWORD: /g)?.length ?? 0)
    const text = stringify(read(Object.fromEntries(variables.map((variable) => [variable, 'secret']))))
    expect(new Set(text.match(/PASSWORD: .*/g))).toEqual(new Set(['PASSWORD: secret']))
  })

  it('has no other text that Compose would interpolate', () => {
    expect(interpolate(rendered)).not.toMatch(/\$\{|\$\w+:/)
  })
})
