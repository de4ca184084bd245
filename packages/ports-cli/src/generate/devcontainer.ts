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
    render({ services }) {
      const active = Object.entries(services).filter(([, { status }]) => status === 'active')
      const attributes = active.map(([name, { port, scheme, summary }]) => {
        const label = `${name}: ${oneLine(summary)}`
        const protocol = scheme.startsWith('http') ? { protocol: scheme } : {}
        // On another local port, no link and no variable would reach the service.
        const values = { label, onAutoForward: 'silent', requireLocalPort: true, ...protocol }
        return `    "${port}": ${print(values, json)}`
      })
      // Written out, because an object would sort its numeric keys.
      const properties = attributes.length > 0 ? `{\n${attributes.join(',\n')}\n  }` : '{}'
      const numbers = active.map(([, { port }]) => port).join(', ')
      return `  "forwardPorts": [${numbers}],\n  "portsAttributes": ${properties},\n`
    },
  }
}
