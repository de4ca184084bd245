import type { Generator } from '../project/config.js'
import { code, table, text } from './markdown.js'

interface AgentsSectionOptions {
  readonly file?: string
  readonly region?: string
  /** The command that runs driftos-ports in this repository; `npx driftos-ports` unless given. */
  readonly command?: string
  /** The command that starts all services, such as `pnpm dev`, where there is one. */
  readonly start?: string
}

/** Returns the generator of a section for coding agents: how to find, wait for, start and stop services. */
export function agentsSection({
  file = 'AGENTS.md',
  region = 'services',
  command = 'npx driftos-ports',
  start,
}: AgentsSectionOptions = {}): Generator {
  return {
    file,
    region,
    render({ services }) {
      const names = Object.keys(services)
      const [example] = names
      if (example === undefined) return undefined
      const rows = Object.entries(services).map(([name, { variable, summary }]) => [
        code(name),
        code(variable),
        text(summary),
      ])
      return `## Services

Another checkout of this repository may run on this machine, and each checkout has its own ports. Do not guess a port or copy
one from a document:

- \`${command} list\` prints the ports of this checkout, \`${command} show ${example}\` those of one service.
- \`${command} status\` shows which services are up. \`elsewhere\` is the right service of another checkout, and \`stranger\`
  another program: use neither.
${start === undefined ? '' : `- \`${start}\` starts all services on the ports of this checkout.\n`}\
- \`${command} run ${example} -- COMMAND\` starts a command with the port of a service in \`PORT\`; \`{port}\` in an argument becomes
  the port.
- \`${command} wait ${example}\` waits until a service is healthy. Do not sleep instead.
- \`${command} env --urls\` prints every port and address as variables.
- \`${command} doctor\` shows why a service does not start or answer, and the fix.

Stop only what you started, by its process id. Never end a process by its port (\`lsof -ti\`, \`fuser -k\`, \`kill-port\`) or by a name
(\`pkill node\`): it may be a browser, a container engine or the server of another checkout. If a port is in use, run
\`${command} doctor\` or \`${command} slot\`; do not change the port in the code.

${table(['service', 'variable', 'purpose'], rows)}`
    },
  }
}
