import { describe, expect, it } from 'vitest'
import { healthOf, isHindered } from './health.js'

const services = (core: string, embed: string) => ({
  services: [
    { service: 'core', state: core },
    { service: 'embed', state: embed },
  ],
})
const ready = { status: 'ready', model: null }
const failed = (code: string) => ({ success: false, error: { code } })

describe('healthOf', () => {
  it.each([
    ['all is well', services('up', 'up'), ready, { away: [], model: null }],
    ['a model is set', services('up', 'up'), { ...ready, model: 'm' }, { away: [], model: 'm' }],
    ['core is down', services('down', 'up'), failed('UPSTREAM_DOWN'), { away: ['core'] }],
    ['a stranger is in embed’s place', services('up', 'stranger'), ready, { away: ['embed'], model: null }],
    ['the database is down', services('up', 'up'), failed('DATABASE_DOWN'), { away: ['database'] }],
    ['the gateway is down', failed('UPSTREAM_DOWN'), ready, { away: ['gateway'], model: null }],
    ['core is not to be asked directly', services('up', 'up'), failed('UPSTREAM_DOWN'), { away: [] }],
    ['no server answers', undefined, undefined, { away: ['demo'] }],
    ['something else answers', null, null, { away: ['gateway'] }],
  ])('reports when %s', (_what, ofServices, ofReady, health) => {
    expect(healthOf(ofServices, ofReady)).toEqual(health)
  })
})

describe('isHindered', () => {
  it('is true for all services except embed', () => {
    expect([{}, { away: [] }, { away: ['embed'] as const }].map((health) => isHindered(health))).toEqual([
      false,
      false,
      false,
    ])
    expect(isHindered({ away: ['embed', 'core'] })).toBe(true)
  })
})
