// Builds what is stale, then runs the stack in this same process. Plain JavaScript, since on a fresh
// clone nothing is built yet. A package that does not build does not keep the others from starting.
import { spawn } from 'node:child_process'

const mode = process.argv[2]
const filters = { dev: ['--filter=./packages/*'], start: [] }

if (Object.hasOwn(filters, mode)) {
  const args = ['run', 'build', '--continue', '--output-logs=errors-only', ...filters[mode]]
  // What is built here is nobody else's business.
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' }
  const build = spawn('turbo', args, { env, stdio: 'inherit', shell: process.platform === 'win32' })
  const code = await new Promise((resolve) => {
    build.on('close', resolve)
    build.on('error', ({ message }) => {
      console.error(`turbo does not start: ${message}. \`pnpm dev\` and \`pnpm start\` know where it is.`)
      resolve(1)
    })
  })
  if (code !== 0) console.error('Not everything was built (see above); the rest is started all the same.')
}
await import('./dist/main.js')
