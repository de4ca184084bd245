import { services, type Env, type ServiceName } from '@driftos/ports'
import { SettingError } from '@driftos/service/settings'

/** Where readers reach a service, when that is not where the website's server does. */
export interface Link {
  readonly variable: string
  readonly address: string
  /** Undefined when the address has its scheme's own. */
  readonly port: number | undefined
}

/**
 * Reads the links, `CORE_LINK` beside `CORE_PORT`: in a container the server reaches `core` at an address of the
 * network of containers, and a browser at the published port.
 *
 * @throws {SettingError} that lists every invalid one
 */
export function readLinks(env: Env): Partial<Record<ServiceName, Link>> {
  const problems: string[] = []
  const links: Partial<Record<ServiceName, Link>> = {}
  for (const service of Object.keys(services) as ServiceName[]) {
    const { variable: portVariable, scheme } = services[service]
    const variable = portVariable.replace(/PORT$/, 'LINK')
    const text = env[variable]?.trim()
    if (!text) continue
    const accepted = scheme === 'postgresql' ? ['postgresql:'] : ['http:', 'https:']
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (url && accepted.includes(url.protocol) && url.hostname && !url.username && !url.password && !/[?#]/.test(text))
      links[service] = { variable, address: url.href.replace(/\/$/, ''), port: Number(url.port) || undefined }
    else
      problems.push(
        `${variable} is not an address for readers: write ${accepted.map((protocol) => `${protocol}//`).join(' or ')} and a host, without user, query or fragment, or unset it`,
      )
  }
  if (problems.length > 0) throw new SettingError(problems.join('\n'))
  return links
}
