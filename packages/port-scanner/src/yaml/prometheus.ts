import { isMap, isScalar, type Node } from 'yaml'
import { findAddress } from '../text/address.js'
import { sight } from '../sight.js'
import { shift, type Clue, type Sighting } from '../sighting.js'
import { clueAt, item, keysOf, keyText, spell, textAt, valueOf, type Place } from './place.js'

/**
 * Reads a node of a Prometheus configuration wherever one stands: targets, relabelled addresses, discovered
 * ports. Undefined for what is none.
 */
export function readPrometheus(place: Place): Sighting[] | undefined {
  const spelling = spell(place.node, place.text)
  if (!spelling || !/\d/.test(spelling.raw)) return undefined
  const { key } = place
  const keys = keysOf(place)
  const isTarget = key === item && keys.at(-2) === 'targets' && (keys.length === 3 || keys.at(-4) === 'static_configs')
  const isScrape = keys.includes('scrape_configs')
  if (isTarget)
    return readTarget(place, keys.includes('alertmanagers') || keys.includes('alerting') ? 'url' : 'scrape target')
  if (!isScrape) return undefined
  if (key === 'replacement' && keys.at(-3) === 'relabel_configs') return readTarget(place, 'scrape target')
  if (key === 'port' && keys.some((each) => each.endsWith('_sd_configs'))) {
    return sight(
      place.text,
      spelling.start,
      spelling.start + spelling.raw.length,
      'scrape target',
      'host',
      jobOf(place),
    )
  }
  if (key === item && keys.at(-3) === 'params') return undefined
  return /^(?:url|server|host|address|proxy_url|__address__)$/.test(key) ? undefined : []
}

/** `core:3001`, `host.docker.internal:3001`, `[::1]:9100`, `http://localhost:3000/health`. */
function readTarget(place: Place, role: 'url' | 'scrape target'): Sighting[] {
  const { raw, start } = spell(place.node, place.text)!
  const port =
    /^(?:[a-z][a-z\d+.-]{0,20}:\/\/)?(?:[^\s:/@]{0,200}|\[[\da-f:.]{2,60}\]|\$\{[^{}\s]{1,100}\}):(\d{1,5})(?:\/\S*)?\s*$/di.exec(
      raw,
    )
  const variable = /:\$\{([A-Za-z_]\w{0,80}):?-(\d{1,5})\}(?:\/\S*)?\s*$/di.exec(raw.slice(-400))
  const cut = Math.max(0, raw.length - 400)
  const [from, to] = port?.indices?.[1] ?? variable?.indices?.[2]?.map((at) => at + cut) ?? []
  if (from === undefined || to === undefined) return []
  const before = raw.slice(Math.max(0, from - 160), from)
  const address = findAddress(port ? before : before.replace(/\$\{\w+:?-$/, ''))
  const job = jobOf(place)
  const isSelf =
    /^(?:localhost|127\.0\.0\.1)$/.test(address?.host ?? '') && job.some(({ text }) => /^prometheus$/i.test(text))
  // `$1` and `${1}` stand for what was matched.
  const isNamed = !/^\$\{?\d/.test(address?.host ?? '')
  const clues: Clue[] = [
    ...job,
    ...(variable && !port ? [{ kind: 'variable', text: variable[1]! } as const] : []),
    ...(address?.name === undefined || !isNamed || job.some(({ text }) => text === address.name)
      ? []
      : [{ kind: 'name', text: address.name } as const]),
  ]
  const isContainer = address?.isContainer === true || isSelf
  const found = sight(raw, from, to, role, isContainer ? 'container' : 'host', clues)
  return shift(address?.isRemote === true && isNamed ? asRemote(found) : found, start)
}

function asRemote(sightings: readonly Sighting[]): Sighting[] {
  return sightings.map((sighting) => ({ ...sighting, isRemote: true }))
}

/** Labels that say what a target is. */
const tellingLabels = new Set(['service', 'app', 'application', 'component', 'job', 'instance', 'container', 'name'])

/** What the job is called, and what labels its targets have. */
function jobOf(place: Place): Clue[] {
  const clues: Clue[] = []
  for (let at: Place | undefined = place; at; at = at.parent) {
    if (!isMap(at.node)) continue
    const labels = valueOf(at.node, 'labels')
    for (const pair of isMap(labels) ? labels.items : []) {
      const label = keyText(pair.key)
      if (tellingLabels.has(label) && isScalar(pair.value)) clues.push({ kind: 'name', text: String(pair.value.value) })
    }
    clues.unshift(...clueAt('name', at.node, 'job_name'))
    if (at.key === 'alertmanagers' || at.key === 'alerting') clues.push({ kind: 'name', text: 'alertmanager' })
  }
  return clues.filter(({ text }, index) => text !== '' && clues.findIndex((other) => other.text === text) === index)
}

/** Whether a document holds rules for alerts or recordings: their numbers are thresholds. */
export function isRules(node: Node): boolean {
  const groups = valueOf(node, 'groups')
  const first = groups && 'items' in groups ? (groups.items[0] as Node | undefined) : undefined
  return valueOf(first, 'rules') !== undefined || textAt(node, 'kind') === 'PrometheusRule'
}
