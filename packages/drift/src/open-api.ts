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
 * Validates requests and answers by the zod schemas of the routes, and serves their documentation: `GET /documentation`
 * as a page, `GET /documentation/json` as OpenAPI. Call it before registering routes.
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
