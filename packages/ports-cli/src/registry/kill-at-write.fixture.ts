import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

// Loaded before the program: kills the process, as nobody can prevent, before its nth change of a file.
const { KILL_AT: at, KILL_ROOT: root = '\0' } = process.env
let count = 0
for (const name of ['mkdirSync', 'writeFileSync', 'chmodSync', 'renameSync', 'rmSync'] as const) {
  const original = fs[name] as (...args: unknown[]) => unknown
  Object.assign(fs, {
    [name](...args: unknown[]) {
      const isCounted = String(args[0]).startsWith(root)
      // The process that puts things back is spared, unless the test wants it dead too.
      if (isCounted && (process.env['KILL_GUARD'] || !process.argv.includes('restore')) && ++count === Number(at)) {
        process.kill(process.pid, 'SIGKILL')
      }
      return original(...args)
    },
  })
}
syncBuiltinESMExports()
