import type { Generator } from '../project/config.js'
import { code, table, text } from './markdown.js'

/**
 * Returns the generator of the table of ports in a README.
 *
 * @param options.file - `README.md` unless given
 */
export function readmeTable({ file = 'README.md', region = 'port-table' } = {}): Generator {
  return {
    file,
    region,
    render: ({ services }) =>
      table(
        ['service', 'port', 'variable', 'purpose'],
        Object.entries(services).map(([name, { port, containerPort, variable, summary }]) => [
          code(name),
          containerPort === undefined ? String(port) : `${port} (container ${containerPort})`,
          code(variable),
          text(summary),
        ]),
      ),
  }
}
