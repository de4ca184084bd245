import { fileURLToPath } from 'node:url'
import { runService } from '@driftos/service'
import { buildWebsite } from './app.js'
import { serveSite } from './serve-site.js'

await runService(
  'website',
  (env) => {
    const app = buildWebsite(env)
    serveSite(app, env, fileURLToPath(new URL('.', import.meta.url)))
    return app
  },
  process.env,
)
