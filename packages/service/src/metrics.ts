import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'

declare module 'fastify' {
  interface FastifyInstance {
    /** The metrics of this service, which `GET /metrics` shows. */
    metrics: Registry
  }
}

/** Serves `GET /metrics`: the process's metrics, and the duration of each request by route and status. */
export function registerMetrics(app: FastifyInstance): void {
  const register = new Registry()
  collectDefaultMetrics({ register })
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests by method, route and status code',
    labelNames: ['method', 'route', 'status_code'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
    registers: [register],
  })

  app.decorate('metrics', register)
  app.addHook('onResponse', (request, reply, done) => {
    // The route's pattern, not the path: the label's values stay few.
    const route = request.routeOptions.url ?? 'none'
    duration.observe({ method: request.method, route, status_code: reply.statusCode }, reply.elapsedTime / 1000)
    done()
  })
  app.get('/metrics', { logLevel: 'warn' }, async (_request, reply) => {
    reply.type(register.contentType)
    return register.metrics()
  })
}
