import type { Env, ServiceName } from '@driftos/ports'
import { SettingError } from '@driftos/service/settings'
import { definitionOf, serviceNames } from './definitions.js'

/** The address at which readers reach a service, where the website's server uses another one. */
export interface Link {
  readonly variable: string
  readonly address: string
  /** Undefined for the default port of the scheme. */
  readonly port: number | undefined
}

/**
 * Reads the links: `<NAME>_LINK` for a service whose variable is `<NAME>_PORT`. In a container the server reaches a
 * service at an address of the container network, and a browser reaches it at the published port.
 *
 * @throws {SettingError} lists every invalid link
 */
export function readLinks(env: Env): Partial<Record<ServiceName, Link>> {
  const problems: string[] = []
  const links: Partial<Record<ServiceName, Link>> = {}
  for (const service of serviceNames) {
    const { variable: portVariable, scheme } = definitionOf(service)
    const variable = portVariable.replace(/PORT$/, 'LINK')
    const text = env[variable]?.trim()
    if (!text) continue
    const accepted = /^https?$/.test(scheme) ? ['http:', 'https:'] : [`${scheme}:`]
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (url && accepted.includes(url.protocol) && url.hostname && !url.username && !url.password && !/[?#]/.test(text))
      links[service] = { variable, address: url.href.replace(/\/$/, ''), port: Number(url.port) || undefined }
    else
      problems.push(
        `${variable} is not a valid link: expected ${accepted.map((protocol) => `${protocol}//`).join(' or ')} and a host, without user, query or fragment. Fix it or unset it.`,
      )
  }
  if (problems.length > 0) throw new SettingError(problems.join('\n'))
  return links
}
