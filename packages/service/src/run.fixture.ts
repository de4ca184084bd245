import { Readable } from 'node:stream'
import { setInterval as every, setTimeout as delay } from 'node:timers/promises'
import { createService } from './create.js'
import { runService } from './run.js'
import { upstream } from './services.fixture.js'

async function* ticks() {
  for await (const _ of every(100)) yield 'data: tick\n\n'
}

// Runs a service for the tests of what all services have in common.
await runService(
  upstream,
  (env) => {
    const app = createService({ service: upstream, version: '1.2.3', env })
    if (env['BUILD'] === 'fails') throw new Error('the build of the app fails')
    app.get('/slow', async () => {
      await delay(400)
      return 'done'
    })
    app.addHook('onRequest', async ({ log, url }) => log.info({ path: url.split('?', 1)[0] }, 'request arrived'))
    app.get('/endless', () => new Promise(() => {}))
    app.get('/events', (_request, reply) => reply.type('text/event-stream').send(Readable.from(ticks())))
    app.get('/fail', () => {
      throw new Error('the inner reason')
    })
    return app
  },
  process.env,
)
