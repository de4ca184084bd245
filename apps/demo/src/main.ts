import { fileURLToPath } from 'node:url'
import { runService } from '@driftos/service'
import { buildDemo } from './app.js'
import { serveConversationPages } from './conversation-pages.js'

await runService(
  'demo',
  (env) => {
    const app = buildDemo(env)
    serveConversationPages(app, fileURLToPath(new URL('client', import.meta.url)))
    return app
  },
  process.env,
)
