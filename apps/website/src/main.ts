import { fileURLToPath } from 'node:url'
import { runService, servePages } from '@driftos/service'
import { buildWebsite } from './app.js'

await runService(
  'website',
  (env) => {
    const app = buildWebsite(env)
    servePages(app, fileURLToPath(new URL('client', import.meta.url)))
    return app
  },
  process.env,
)
