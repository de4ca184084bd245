import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { services } from '@driftos/ports'
import { describe, expect, it } from 'vitest'
import { buildCore } from '../apps/core/src/app.js'
import { buildDemo } from '../apps/demo/src/app.js'
import { buildEmbed } from '../apps/embed/src/app.js'
import { buildGateway } from '../apps/gateway/src/app.js'
import { buildWebsite } from '../apps/website/src/app.js'
import { variableGroups } from '../deploy/generators/src/variables.js'

/** The functions that read an app's settings, by which each of its variables is read. */
const apps = { gateway: buildGateway, core: buildCore, embed: buildEmbed, website: buildWebsite, demo: buildDemo }

/** Variables of the port registry, of the database's address, and of the process. */
const prefixes = Object.values(services).map(({ variable }) => variable.replace(/PORT$/, ''))
const isOfRegistry = (name: string) =>
  prefixes.some((prefix) => ['PORT', 'HOST', 'URL', 'LINK'].some((suffix) => name === prefix + suffix)) ||
  /^(PORT|DRIFTOS_\w+|DATABASE_URL|POSTGRES_(USER|PASSWORD|DB)|toJSON)$/.test(name)

/** Returns the variables that an app reads while it is built. */
async function readsOf(build: (env: Record<string, string>) => { close: () => PromiseLike<unknown> }) {
  const names = new Set<string>()
  const env = new Proxy<Record<string, string>>(
    { LOG_LEVEL: 'silent' },
    {
      get(target, name) {
        if (typeof name === 'string') names.add(name)
        return Reflect.get(target, name) as unknown
      },
    },
  )
  await build(env).close()
  return [...names].filter((name) => !isOfRegistry(name))
}

describe('the list of variables', () => {
  it.each(Object.keys(apps) as (keyof typeof apps)[])('has exactly the variables that %s reads', async (name) => {
    const listed = (of: string | undefined) =>
      variableGroups
        .filter(({ services: readers }) => (of === undefined ? readers === undefined : readers?.includes(of)))
        .flatMap(({ variables }) => Object.keys(variables))
    // HOST is read at the start of the process.
    const common = new Set(listed(undefined))
    const reads = (await readsOf(apps[name])).filter((variable) => !common.has(variable))
    // The gateway reads its keys, and the demo its own.
    const own = listed(name).filter(
      (variable) => !(variable.startsWith('GATEWAY_API_KEY') && !reads.includes(variable)),
    )
    expect(reads.toSorted()).toEqual(own.toSorted())
  })

  it('is what the tables of variables in the READMEs contain, with the same defaults', () => {
    const documented = new Map(['apps', 'packages'].flatMap(readTables))
    const listed = new Map(variableGroups.flatMap(({ variables }) => Object.entries(variables)))
    // The demo's README describes it in its text.
    listed.delete('GATEWAY_API_KEY')
    expect([...documented.keys()].filter((name) => !isOfRegistry(name)).toSorted()).toEqual(
      [...listed.keys()].toSorted(),
    )
    const isNumber = (value: string) => /^[\d.]+$/.test(value)
    const numbers = (all: Map<string, string>) => Object.fromEntries([...all].filter(([, value]) => isNumber(value)))
    expect(numbers(documented)).toEqual(numbers(listed))
  })
})

/** Returns the names and defaults in the tables whose first column is "variable", of each README in a directory. */
function readTables(directory: string): [name: string, value: string][] {
  const root = fileURLToPath(new URL(`../${directory}/`, import.meta.url))
  const files = readdirSync(root).map((name) => `${root}${name}/README.md`)
  return files
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      const tables = readFileSync(file, 'utf8').matchAll(/^\| variable +\|.*\n\|[-| ]+\n((?:\|.*\n)+)/gm)
      return [...tables].flatMap(([, rows]) =>
        rows!
          .trim()
          .split('\n')
          .flatMap((row) => {
            const [, names, value] = row.split('|').map((cell) => cell.trim())
            return [...names!.matchAll(/`(\w+)`/g)].map(([, name]): [string, string] => [name!, value!])
          }),
      )
    })
}
