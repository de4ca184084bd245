import { readLines } from './supervisor/lines.js'
import { endOrphans } from './end-orphans.js'
import { noGroups, type ProcessGroups } from './guard-process.js'

/**
 * Runs next to the stack, in a separate session, with the groups of all processes on its standard input. When the stack has
 * ended without stopping them, such as by SIGKILL, their groups are stopped here, the database last.
 */
let groups = noGroups

// A signal to all processes of a terminal or a container is meant for the stack, which ends this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

await readLines(process.stdin, (line) => {
  groups = JSON.parse(line) as ProcessGroups
})
await endOrphans(groups)
process.exit(0)
