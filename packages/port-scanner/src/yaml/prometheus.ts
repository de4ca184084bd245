import { findAddresses } from '../address.js'
import { extend, shift, type Evidence, type Match } from '../match.js'
import { get, itemsOf, spell, textOf } from './tree.js'
import type { YamlDialect } from './yaml-dialect.js'

/** Prometheus configurations. */
export const prometheus: YamlDialect = {
  name: 'prometheus',
  applies: ({ root }) => get(root, 'scrape_configs') !== undefined,
  read: ({ root, text }) =>
    itemsOf(get(root, 'scrape_configs')).flatMap((job) => {
      const name = textOf(get(job, 'job_name'))
      const evidence: Evidence[] = name === undefined ? [] : [{ kind: 'block', text: name }]
      return itemsOf(get(job, 'static_configs')).flatMap((config) =>
        itemsOf(get(config, 'targets')).flatMap((target) => readTarget(spell(target, text), evidence)),
      )
    }),
}

function readTarget(target: ReturnType<typeof spell>, evidence: readonly Evidence[]): Match[] {
  if (!target) return []
  const matches = shift(findAddresses(target.text, { isBare: true }), target.start)
  return extend(matches, { role: 'scrape', evidence })
}
