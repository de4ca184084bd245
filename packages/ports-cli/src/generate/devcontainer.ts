import type { RegistryDefinition } from '@driftos/ports/define'
import type { Generator } from '../project/config.js'
import { oneLine } from './notice.js'

/**
 * Returns the generator of a dev container's forwarded ports: those of all active services, each on its own number.
 *
 * @param options.file - `.devcontainer/devcontainer.json` unless given
 */
export function devcontainer({ file = '.devcontainer/devcontainer.json', region = 'ports' } = {}): Generator {
  return {
    file,
    region,
    render(registry) {
      const ports = listActive(registry)
      const attributes = ports.map(([port, attributesOfPort]) => `    "${port}": ${inline(attributesOfPort)}`)
      // Written out, because an object would sort its numeric keys.
      const properties = attributes.length > 0 ? `{\n${attributes.join(',\n')}\n  }` : '{}'
      return `  "forwardPorts": ${inline(ports.map(([port]) => port))},\n  "portsAttributes": ${properties},\n`
    },
  }
}

function listActive({ services }: RegistryDefinition): [port: number, attributes: object][] {
  const active = Object.entries(services).filter(([, { status }]) => status === 'active')
  return active.map(([name, { port, scheme, summary }]) => {
    const protocol = scheme.startsWith('http') ? { protocol: scheme } : {}
    // On another local port, no link and no variable would reach the service.
    const label = `${name}: ${oneLine(summary)}`
    return [port, { label, onAutoForward: 'silent', requireLocalPort: true, ...protocol }]
  })
}

/** Returns JSON on one line, with spaces inside braces. */
function inline(value: object): string {
  if (Array.isArray(value)) return `[${value.map((item) => JSON.stringify(item)).join(', ')}]`
  const fields = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${JSON.stringify(item)}`)
  return `{ ${fields.join(', ')} }`
}
