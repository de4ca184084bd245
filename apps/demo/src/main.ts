import { fileURLToPath } from 'node:url'
import { runService, servePages } from '@driftos/service'
import { buildDemo } from './app.js'

await runService(
  'demo',
  (env) => {
    const app = buildDemo(env)
    servePages(app, fileURLToPath(new URL('client', import.meta.url)))
    return app
  },
  process.env,
)
