import { readFileSync } from 'node:fs'
import { services, type ServiceName } from '@driftos/ports'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { dockerCompose } from './docker-compose.js'
import { prometheus } from './prometheus.js'
import { registry } from './fake-registry.fixture.js'
import { interpolate } from './interpolate.fixture.js'
import { findLinesWithPort } from './lines-with-port.fixture.js'

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

const apps = ['gateway', 'core', 'embed', 'website', 'demo'] as const
const support = ['postgres', 'prometheus', 'coreGrafana', 'embedGrafana'] as const
const rendered = dockerCompose.render(registry)
const file = parse(rendered) as ComposeFile
const entries = Object.entries(file.services)

/** A container port where there is one, else the port. */
function innerPort(name: ServiceName): number {
  const { port, containerPort = port }: { port: number; containerPort?: number } = services[name]
  return containerPort
}

function read(env: Readonly<Record<string, string>>): ComposeFile {
  return parse(interpolate(rendered, env)) as ComposeFile
}

describe('docker-compose.yml', () => {
  it('keeps the schema of the Compose specification', () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(composeSchema())
    expect(validate(file) ? [] : validate.errors).toEqual([])
    expect(validate({ services: { web: { port: ['3000:3000'] } } })).toBe(false)
  })

  it('holds the database, metrics, dashboards, and under a profile the five apps', () => {
    const names = (list: readonly ServiceName[]) => list.map((name) => services[name].containerName).toSorted()
    const inProfile = entries.filter(([, { profiles }]) => profiles?.includes('apps')).map(([name]) => name)
    expect(inProfile.toSorted()).toEqual(names(apps))
    expect(entries.map(([name]) => name).toSorted()).toEqual(names([...apps, ...support]))
  })

  it.each([...apps, ...support])('publishes %s on loopback, at its variable or its registered port', (name) => {
    const { containerName, variable, port } = services[name]
    expect(file.services[containerName]!.ports).toEqual([`127.0.0.1:\${${variable}:-${port}}:${innerPort(name)}`])
  })

  it('gives the gateway and the demo one key, each moved by its variable', () => {
    const keysIn = ({ services: all }: ComposeFile) => [
      all[services.gateway.containerName]!.environment!['GATEWAY_API_KEYS'],
      all[services.demo.containerName]!.environment!['GATEWAY_API_KEY'],
    ]
    expect(keysIn(read({}))).toEqual(['driftos', 'driftos'])
    expect(keysIn(read({ GATEWAY_API_KEYS: 'one,two', GATEWAY_API_KEY: 'two' }))).toEqual(['one,two', 'two'])
  })

  it('publishes no port twice', () => {
    const published = Object.values(read({}).services).flatMap(({ ports }) => ports.map((port) => port.split(':')[1]))
    expect(new Set(published).size).toBe(published.length)
  })

  it.each([...apps, ...support])('names the port of %s nowhere but where the registry moves it', (name) => {
    const { port } = services[name]
    const others = new Set(support.map((other) => innerPort(other)))
    const spelled = rendered.split('\n').filter((line) => new RegExp(`\\b${port}\\b`).test(line))
    const lines = findLinesWithPort(dockerCompose, name)
    expect(lines.length).toBeGreaterThan(0)
    if (!others.has(port)) expect(lines).toEqual(spelled)
  })

  it.each([...apps, ...support])('asks %s for its health at its own path', (name) => {
    const service: { containerName: string; healthPath?: string } = services[name]
    const test = file.services[service.containerName]!.healthcheck.test.join(' ')
    if (service.healthPath) expect(test).toContain(`http://127.0.0.1:${innerPort(name)}${service.healthPath}`)
    else expect(test).toContain('pg_isready')
  })

  it('pins every image that it pulls to a version', () => {
    const pulled = entries.filter(([, { build }]) => !build).map(([, { image }]) => image)
    for (const image of pulled) expect(image).toMatch(/^[\w/]+:v?\d+\.\d+\.\d+(-pg\d+)?$/)
  })

  it('pulls images that run as somebody else than root', () => {
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

  it.each(apps)('tells %s where the other apps are, in the network, and builds it for its own port', (name) => {
    const { environment, build } = file.services[services[name].containerName]!
    const urls = Object.entries(environment!).filter(
      ([variable]) => variable.endsWith('_URL') && !variable.startsWith('LLM_'),
    )
    const origins = [...apps, ...(name === 'website' ? support : [])]
      .filter((other) => other !== name)
      .map((other) => [
        services[other].variable.replace('_PORT', '_URL'),
        `${services[other].scheme}://${services[other].containerName}:${innerPort(other)}`,
      ])
    expect(Object.fromEntries(urls)).toEqual(Object.fromEntries(origins))
    expect(environment).toMatchObject({ HOST: '0.0.0.0' })
    expect(build!.args).toEqual({ APP: name, PORT: String(services[name].port) })
  })

  it('tells the website where a browser on the host finds each service, itself too', () => {
    const { environment } = read({ CORE_PORT: '4101' }).services[services.website.containerName]!
    for (const name of [...apps, ...support]) {
      const { variable, scheme, port } = services[name]
      const published = name === 'core' ? '4101' : port
      expect(environment![variable.replace('_PORT', '_LINK')]).toBe(`${scheme}://localhost:${published}`)
    }
    const readers = entries.filter(([, { environment: all }]) =>
      Object.keys(all ?? {}).some((key) => key.endsWith('_LINK')),
    )
    expect(readers.map(([container]) => container)).toEqual([services.website.containerName])
    expect(readFileSync(new URL('../../../../apps/website/src/links.ts', import.meta.url), 'utf8')).toContain("'LINK'")
  })

  it('moves a published port, and its scraping, by the variable', () => {
    const moved = read({ CORE_PORT: '4101', GRAFANA_PORT: '4110' })
    expect(moved.services[services.core.containerName]!.ports).toEqual([`127.0.0.1:4101:${services.core.port}`])
    expect(moved.services[services.coreGrafana.containerName]!.ports).toEqual(['127.0.0.1:4110:3000'])
    expect(moved.configs['prometheus-host']!.content).toContain('host.docker.internal:4101\n')
    expect(moved.services[services.embed.containerName]).toEqual(read({}).services[services.embed.containerName])
  })

  it('gives Prometheus what prometheus.yml holds, while no variable is set', () => {
    const { content } = read({}).configs['prometheus-host']!
    expect(parse(content!)).toEqual(parse(prometheus.render(registry)))
  })

  it('scrapes the containers under the profile', () => {
    const configOf = (env: Readonly<Record<string, string>>) =>
      read(env).services[services.prometheus.containerName]!.command![0]
    expect(configOf({})).toBe('--config.file=/etc/prometheus/prometheus.yml')
    expect(configOf({ COMPOSE_PROFILES: 'apps' })).toBe('--config.file=/etc/prometheus/prometheus.apps.yml')
  })

  it('takes passwords from variables', () => {
    const text = stringify(
      read({ POSTGRES_PASSWORD: 'first', GRAFANA_PASSWORD: 'second', EMBED_GRAFANA_PASSWORD: 'third' }),
    )
    expect(text.match(/PASSWORD: .*/g)).toEqual([
      'PASSWORD: first',
      'PASSWORD: second',
      'PASSWORD: third',
      'PASSWORD: first',
      'PASSWORD: first',
    ])
  })

  it('has nothing that Compose would interpolate otherwise than meant', () => {
    expect(interpolate(rendered)).not.toMatch(/\$\{|\$\w+:/)
  })
})

/** The schema that dclint, a linter of Compose files, brings along from the specification. */
function composeSchema(): object {
  const schema = new URL('schemas/compose.schema.json', import.meta.resolve('dclint/package.json'))
  const text = readFileSync(schema, 'utf8')
  // The specification names its draft by a URL that is none: ajv knows it by http.
  return JSON.parse(text.replace('https://json-schema.org/draft-07/schema', 'http://json-schema.org/draft-07/schema#'))
}
