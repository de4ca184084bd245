import { describe, expect, it } from 'vitest'
import { parseConfig } from './parse-config.js'

describe('parseConfig', () => {
  it.each([
    {},
    { registry: './ports.ts', artifacts: ['env-example', 'docker-compose'] },
    {
      ignore: [
        { files: '**/*.snap', reason: 'recorded' },
        { files: 'docs/**', rule: 'wrong-port', reason: 'old' },
      ],
    },
  ])('accepts %j as it is', (config) => {
    expect(parseConfig(config, 'it')).toBe(config)
  })

  it.each([
    [undefined, 'it has to be an object'],
    [[], 'it has to be an object'],
    [{ registries: 'a' }, 'there is no field registries; there are registry, artifacts, ignore'],
    [{ registry: 1 }, 'registry has to be the path of a module or a JSON file'],
    [{ registry: ' ' }, 'registry has to be the path of a module or a JSON file'],
    [{ artifacts: 'env-example' }, 'artifacts has to be a list of names'],
    [{ ignore: {} }, 'ignore has to be a list of { files, rule, reason }'],
    [{ ignore: ['a'] }, 'ignore[0] has to be an object { files, rule, reason }'],
    [{ ignore: [{ files: 'a' }] }, 'ignore[0].reason has to say why'],
    [{ ignore: [{ files: 'a', reason: ' ' }] }, 'ignore[0].reason has to say why'],
    [{ ignore: [{ files: [], reason: 'b' }] }, 'ignore[0].files has to be a glob'],
    [{ ignore: [{ files: 'a', rule: 1, reason: 'b' }] }, 'ignore[0].rule has to be the name of a rule'],
    [
      { ignore: [{ files: 'a', rules: [], reason: 'b' }] },
      'ignore[0] has no field rules; there are files, rule, reason',
    ],
  ])('refuses %j', (config, problem) => {
    expect(() => parseConfig(config, 'it')).toThrow(new Error(`it is no configuration:\n- ${problem}`))
  })

  it('refuses an artifact that there is not, and names those that there are', () => {
    expect(() => parseConfig({ artifacts: ['env-example', 'envexample'] }, 'it')).toThrow(
      /^it is no configuration:\n- artifacts holds "envexample"; there are readme-table, .*, grafana-dashboard$/,
    )
  })

  it('lists every problem', () => {
    expect(() => parseConfig({ registry: 1, ignore: [{}], a: 1 }, 'it')).toThrow(/(\n- .*){4}$/)
  })
})
