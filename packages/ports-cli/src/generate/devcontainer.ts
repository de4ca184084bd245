import type { RegistryDefinition } from '@driftos/ports/define'
import type { Generator } from '../project/config.js'
import { print } from '../registry/layout.js'
import { oneLine } from './notice.js'

const json = { quote: '"', hasQuotedKeys: true } as const

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
      const attributes = ports.map(([port, attributesOfPort]) => `    "${port}": ${print(attributesOfPort, json)}`)
      // Written out, because an object would sort its numeric keys.
      const properties = attributes.length > 0 ? `{\n${attributes.join(',\n')}\n  }` : '{}'
      const numbers = ports.map(([port]) => port).join(', ')
      return `  "forwardPorts": [${numbers}],\n  "portsAttributes": ${properties},\n`
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
