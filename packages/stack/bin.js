// Builds stale packages, then runs the stack in the same process. Plain JavaScript, because a fresh clone has no build.
// A failed build of one package does not stop the others from starting.
import { spawn } from 'node:child_process'

const mode = process.argv[2]
const filters = { dev: ['--filter=./packages/*'], start: [] }

if (Object.hasOwn(filters, mode)) {
  const args = ['run', 'build', '--continue', '--output-logs=errors-only', ...filters[mode]]
  // turbo sends telemetry by default.
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' }
  const build = spawn('turbo', args, { env, stdio: 'inherit', shell: process.platform === 'win32' })
  const code = await new Promise((resolve) => {
    build.on('close', resolve)
    build.on('error', ({ message }) => {
      console.error(`turbo does not start: ${message}. Run it through \`pnpm dev\` or \`pnpm start\`.`)
      resolve(1)
    })
  })
  if (code !== 0) console.error('Some packages failed to build (see above). Starting the others.')
}
await import('./dist/main.js')
