// Builds stale packages, then runs the stack in the same process. Plain JavaScript, because a fresh clone has no build.
// A failed build of one package does not stop the others from starting.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'

const [mode, ...options] = process.argv.slice(2)
const main = new URL('dist/main.js', import.meta.url)
const filter = filterOf()

if (filter) {
  const args = ['run', 'build', '--continue', '--output-logs=errors-only', ...filter]
  // turbo sends telemetry by default.
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' }
  const build = spawn('turbo', args, { env, stdio: 'inherit', shell: process.platform === 'win32' })
  const stop = (signal) => {
    build.kill(signal)
    process.exit(0)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, stop)
  const code = await new Promise((resolve) => {
    build.on('close', resolve)
    build.on('error', ({ message }) => {
      console.error(`turbo does not start: ${message}. Run it through \`pnpm dev\` or \`pnpm start\`.`)
      resolve(1)
    })
  })
  for (const signal of signals) process.off(signal, stop)
  if (code !== 0) console.error('Some packages failed to build (see above). Starting the others.')
}
await import(main)

/** Returns the options that select the packages to build; undefined when nothing has to be built. */
function filterOf() {
  const isStart = mode === 'dev' || mode === 'start'
  if (isStart && !options.includes('--check')) return mode === 'dev' ? ['--filter=./packages/*'] : []
  return isStart || !existsSync(main) ? ['--filter=@driftos/stack'] : undefined
}
