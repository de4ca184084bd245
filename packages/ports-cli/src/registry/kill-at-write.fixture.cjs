// Loaded before the program: kills the process before its nth change of a file in KILL_ROOT.
const fs = require('node:fs')
const { syncBuiltinESMExports } = require('node:module')

// oxlint-disable-next-line node/no-process-env -- the test passes its parameters to the preloaded file this way
const { KILL_AT, KILL_ROOT } = process.env
const opened = new Set()
let count = 0
for (const name of ['mkdirSync', 'openSync', 'writeSync', 'chmodSync', 'fsyncSync', 'renameSync', 'rmSync']) {
  const original = fs[name]
  fs[name] = (...args) => {
    const isCounted = typeof args[0] === 'number' ? opened.has(args[0]) : String(args[0]).startsWith(KILL_ROOT)
    if (isCounted && ++count === Number(KILL_AT)) process.kill(process.pid, 'SIGKILL')
    const result = original(...args)
    if (name === 'openSync' && isCounted) opened.add(result)
    return result
  }
}
syncBuiltinESMExports()
