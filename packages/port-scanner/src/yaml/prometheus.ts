import type { Node } from 'yaml'
import { findAddresses } from '../address.js'
import { extend, shift, type Match, type Role } from '../match.js'
import { readNumber } from './kubernetes.js'
import { entriesOf, get, itemsOf, spell, textOf } from './tree.js'
import { amend, blocks, type YamlDialect } from './yaml-dialect.js'

/** Prometheus configurations, and those of collectors and agents that contain one. */
export const prometheus: YamlDialect = {
  name: 'prometheus',
  applies: ({ root }) => findScrapeConfigs(root).length > 0,
  read: ({ root, text }) => [
    ...findScrapeConfigs(root).flatMap((job) => readJob(job, text)),
    ...readGroups(itemsOf(get(root, 'alerting', 'alertmanagers')), text, 'reach', undefined),
    ...['remote_write', 'remote_read', 'clients'].flatMap((key) =>
      itemsOf(get(root, key)).flatMap((item) => readAddress(get(item, 'url'), text, 'reach', undefined)),
    ),
  ],
}

/** Files of targets that Prometheus discovers. */
export const scrapeTargets: YamlDialect = {
  name: 'scrape targets',
  applies: ({ root }) => itemsOf(root).some((item) => itemsOf(get(item, 'targets')).length > 0),
  read: ({ root, text }) =>
    itemsOf(root).flatMap((group) =>
      readTargets(group, text, 'scrape', textOf(get(group, 'labels', 'job') ?? get(group, 'labels', 'service'))),
    ),
}

function findScrapeConfigs(root: Node): Node[] {
  const own = get(root, 'scrape_configs')
  const receivers = entriesOf(get(root, 'receivers')).map(({ node }) => get(node, 'config', 'scrape_configs'))
  return [own, ...receivers].flatMap(itemsOf)
}

function readJob(job: Node, text: string): Match[] {
  const name = textOf(get(job, 'job_name'))
  // A prober's targets are other machines' and services' addresses; the prober itself is in a replacement.
  const isProbe = get(job, 'params', 'module') !== undefined || /probe/.test(textOf(get(job, 'metrics_path')) ?? '')
  const relabeled = itemsOf(get(job, 'relabel_configs')).flatMap((rule) =>
    readAddress(get(rule, 'replacement'), text, isProbe ? 'scrape' : 'reach', undefined),
  )
  const discovered = ['dns_sd_configs', 'docker_sd_configs', 'dockerswarm_sd_configs']
    .flatMap((key) => itemsOf(get(job, key)))
    .flatMap((config) => readNumber(get(config, 'port'), text, 'scrape', { evidence: blocks(name) }))
  const targets = readGroups([job], text, isProbe ? 'reach' : 'scrape', isProbe ? undefined : name)
  return [...targets, ...discovered, ...relabeled]
}

function readGroups(holders: readonly Node[], text: string, role: Role, job: string | undefined): Match[] {
  return holders
    .flatMap((holder) => itemsOf(get(holder, 'static_configs')))
    .flatMap((config) => readTargets(config, text, role, job))
}

function readTargets(config: Node, text: string, role: Role, job: string | undefined): Match[] {
  return itemsOf(get(config, 'targets')).flatMap((target) => readAddress(target, text, role, job))
}

function readAddress(node: Node | undefined, text: string, role: Role, job: string | undefined): Match[] {
  const spelled = spell(node, text)
  if (!spelled) return []
  const found = shift(findAddresses(spelled.text, { isBare: true }), spelled.start)
  // Prometheus and collectors scrape themselves on the port that they have in their own container.
  const isSelf = spelled.text.startsWith('0.0.0.0:') || /^(?:prometheus|otel|self)/i.test(job ?? '')
  return amend(extend(found, { evidence: blocks(job) }), ({ host }) => ({
    role: isSelf && host === 'local' ? 'mention' : role,
  }))
}
