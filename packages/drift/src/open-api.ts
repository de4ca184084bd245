import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { documentationPage } from './documentation-page.js'

export interface OpenApiOptions {
  readonly title: string
  readonly version: string
  readonly description: string
}

/**
 * Has the app check what comes and goes by its routes' zod schemas, and describe itself by the same:
 * `GET /documentation` for people, `GET /documentation/json` as OpenAPI. To be called before the
 * routes are registered.
 */
export function registerOpenApi(app: FastifyInstance, info: OpenApiOptions): void {
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setSchemaErrorFormatter((errors, part) => {
    const problems = errors.map(({ instancePath, message }) => {
      const field = instancePath.split('/').slice(1).join('.')
      return `${field === '' ? part : field}: ${message}`
    })
    return Object.assign(new Error(problems.join('; ')), { code: 'INVALID_REQUEST' })
  })
  void app.register(swagger, { openapi: { openapi: '3.1.0', info }, transform: jsonSchemaTransform })
  void app.register(async (scope) => {
    scope.get('/documentation/json', { schema: { hide: true } }, () => app.swagger())
    scope.get('/documentation', { schema: { hide: true } }, async (_request, reply) => {
      reply.type('text/html; charset=utf-8')
      reply.header(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
      )
      return documentationPage(app.swagger())
    })
  })
}
