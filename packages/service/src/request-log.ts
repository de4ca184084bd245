import type { FastifyBaseLogger } from 'fastify'

const methods = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent', 'child'] as const

/**
 * The logger of one request, which creates its fields with its first line. Above the level `info` most requests write
 * none, and the fields cost more than the routing.
 */
class RequestLog {
  private readonly create: () => FastifyBaseLogger
  private created: FastifyBaseLogger | undefined

  constructor(create: () => FastifyBaseLogger) {
    this.create = create
  }

  get logger(): FastifyBaseLogger {
    return (this.created ??= this.create())
  }

  get level(): FastifyBaseLogger['level'] {
    return this.logger.level
  }

  set level(level: FastifyBaseLogger['level']) {
    this.logger.level = level
  }
}

for (const method of methods) {
  Object.defineProperty(RequestLog.prototype, method, {
    value(this: RequestLog, ...line: unknown[]): unknown {
      return (this.logger[method] as (...line: unknown[]) => unknown)(...line)
    },
  })
}

/** Returns a logger that is created with its first line. */
export function lazyLogger(create: () => FastifyBaseLogger): FastifyBaseLogger {
  return new RequestLog(create) as unknown as FastifyBaseLogger
}
