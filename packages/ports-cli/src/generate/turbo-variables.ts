import type { Generator } from '../project/config.js'

/**
 * Returns the generator of the variables in `turbo.json` that turbo's strict mode passes on; it drops undeclared ones.
 *
 * @param options.file - `turbo.json` unless given
 */
export function turboVariables({ file = 'turbo.json', region = 'port-variables' } = {}): Generator {
  return {
    file,
    region,
    render: ({ services }) =>
      [...Object.values(services).map(({ variable }) => variable), 'DRIFTOS_PORT_OFFSET']
        .map((variable) => `    ${JSON.stringify(variable)},\n`)
        .join(''),
  }
}
