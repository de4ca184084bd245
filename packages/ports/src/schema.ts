import { z } from 'zod'
import { processEnv } from './env.js'
import { getPort, PortConfigError, services, type PortVariable, type ServiceName } from './index.js'
import { findProblems } from './invariants.js'

const portNumber = z.int().min(1).max(65_535)

/** A port as a number, or as the digits that an environment variable holds. Gives the number. */
export const portSchema = z.union([portNumber, z.string().trim().regex(/^\d+$/).transform(Number).pipe(portNumber)], {
  error: 'expected a port: a whole number from 1 to 65535',
})

const serviceName = z.string().regex(/^[a-z][a-zA-Z\d]*$/, 'a service is named in camelCase')

const service = z.strictObject({
  port: portNumber.describe('The port on the host, registered to this service alone'),
  containerPort: portNumber.optional().describe("The port inside the service's container, where it is another one"),
  containerName: z.string().min(1).describe("The package's name without its scope, and the container's"),
  variable: z
    .string()
    .regex(/^[A-Z][A-Z\d_]*_PORT$/, 'a variable is upper case and ends in _PORT')
    .describe('The environment variable that overrides the port'),
  scheme: z.enum(['http', 'https', 'postgresql']),
  healthPath: z.string().startsWith('/').optional().describe('Answers a plain GET when the service is healthy'),
  healthText: z.string().optional().describe("A text that the right service's health answer contains"),
  metricsPath: z.string().startsWith('/').optional().describe('Where Prometheus scrapes the service'),
  group: z.string().optional().describe('The range that the port lies in'),
  status: z.enum(['active', 'legacy']),
  summary: z.string().min(1).describe('What the service is for'),
  aliases: z.array(z.string().min(1)).optional().describe('What people also call it'),
  reuses: z.string().min(1).optional().describe('Why the service may take a retired port'),
})

const span = z.strictObject({ first: portNumber, last: portNumber })

/**
 * A whole registry: services, ranges, history and what is retired, with every invariant that they must keep. Each
 * refusal names both sides of the contradiction.
 */
export const registrySchema = z
  .strictObject({
    $schema: z.string().optional(),
    version: z.string().optional().describe('The version of the package that published this registry'),
    services: z.record(serviceName, service),
    ranges: z.record(z.string(), span.extend({ reserved: span.optional(), summary: z.string().min(1) })),
    history: z
      .array(z.strictObject({ service: z.string(), from: portNumber, to: portNumber, reason: z.string().min(1) }))
      .describe('Every move of a service to another port, oldest first'),
    retired: z
      .record(serviceName, z.strictObject({ port: portNumber, reason: z.string().min(1) }))
      .default({})
      .describe('The services that are gone, with the port that each held last'),
  })
  .superRefine((registry, context) => {
    for (const { path, message } of findProblems(registry)) context.addIssue({ code: 'custom', path, message })
  })

type PortField = z.ZodPipe<z.ZodOptional<z.ZodString>, z.ZodTransform<number, string | undefined>>
type PortsEnv = { readonly [Variable in PortVariable]: PortField }

/**
 * A field for every port variable, to spread into a service's own zod or t3-env schema. Each one
 * gives the port as `getPort` does: default, offset and link variables included. A field sees its own
 * variable alone, so that the offset is `process.env`'s, whatever object is parsed.
 *
 * @example
 * z.object({ ...portsEnv, LOG_LEVEL: z.string() }).parse(process.env).CORE_PORT // what getPort gives
 */
export const portsEnv = Object.fromEntries(
  (Object.keys(services) as ServiceName[]).map((name) => [services[name].variable, portField(name)] as const),
) as PortsEnv

function portField(name: ServiceName): PortField {
  return z
    .string()
    .optional()
    .transform((value, context) => {
      try {
        const { DRIFTOS_PORT_OFFSET } = processEnv()
        return getPort(name, { DRIFTOS_PORT_OFFSET, [services[name].variable]: value })
      } catch (error) {
        if (!(error instanceof PortConfigError)) throw error
        context.addIssue({ code: 'custom', message: error.message })
        return z.NEVER
      }
    })
}
