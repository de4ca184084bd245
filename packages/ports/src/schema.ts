import { z } from 'zod'
import { processEnv } from './env.js'
import { getPort, PortConfigError, services, type PortVariable, type ServiceName } from './index.js'
import {
  allowedSystemPorts,
  firstEphemeralPort,
  firstUserPort,
  refusal,
  schemes,
  statuses,
  texts,
  type TextRule,
} from './fields.js'
import { findContradictions } from './invariants.js'

const portNumber = z.int().min(1).max(65_535)

/** A port as a number, or as the digits of an environment variable. Returns the number. */
export const portSchema = z.union([portNumber, z.string().trim().regex(/^\d+$/).transform(Number).pipe(portNumber)], {
  error: 'expected a port: a whole number from 1 to 65535',
})

/** A text that a rule accepts; the refusal of any other contains the field, the value and the fix. */
function text(rule: TextRule, field: string) {
  return z.string().regex(rule.pattern, { error: ({ input }) => refusal(field, input, rule) })
}

/** A table by names. zod drops a key `__proto__` silently, so it is refused first. */
function table<Entry extends z.ZodType>(field: string, entry: Entry) {
  const key = `the name of an entry in \`${field}\``
  const refuseProto = (value: unknown, context: z.RefinementCtx) => {
    if (typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__'))
      context.addIssue({ code: 'custom', message: refusal(key, '__proto__', texts.name) })
    return value
  }
  const record = z.record(text(texts.name, key), entry)
  // The type of `preprocess` differs between versions of zod 4.
  return z.preprocess(refuseProto, record) as unknown as typeof record
}

/** A port that a service may hold now: what `findContradictions` accepts, for validators that read the JSON schema alone. */
const heldPort = portNumber.meta({
  description: 'The port on the host; no other service has it',
  anyOf: [{ enum: allowedSystemPorts }, { minimum: firstUserPort }],
})

const reason = text(texts.line, 'reason')
const summary = text(texts.line, 'summary')

const service = z
  .strictObject({
    port: heldPort,
    containerPort: portNumber.optional().describe("The port inside the service's container, where it differs"),
    containerName: text(texts.containerName, 'containerName').describe(
      'The name of the package without its scope, and of the container. Services in one container share it',
    ),
    variable: text(texts.variable, 'variable').describe('The environment variable that overrides the port'),
    scheme: z.enum(schemes).describe('The protocol of the port'),
    healthPath: text(texts.healthPath, 'healthPath')
      .optional()
      .describe('The path that answers GET with a success when the service is healthy'),
    healthText: text(texts.healthText, 'healthText')
      .optional()
      .describe('A text that the health answer of the right service contains'),
    metricsPath: text(texts.metricsPath, 'metricsPath').optional().describe('The path that Prometheus scrapes'),
    group: text(texts.line, 'group').optional().describe('The range of the port'),
    status: z.enum(statuses),
    summary: summary.describe('The purpose of the service'),
    aliases: z.array(text(texts.alias, 'aliases')).optional().describe('Other names of the service'),
    reuses: text(texts.line, 'reuses').optional().describe('Why the service may take a retired port'),
    pinned: text(texts.line, 'pinned')
      .optional()
      .describe('Why the port cannot move with DRIFTOS_PORT_OFFSET; from 32768 up, a service needs it'),
  })
  // Systems give clients the ports from the first ephemeral one up: a service has one only for a reason.
  .meta({
    anyOf: [
      { type: 'object', properties: { port: { type: 'integer', exclusiveMaximum: firstEphemeralPort } } },
      { type: 'object', properties: { pinned: { type: 'string' } }, required: ['pinned'] },
    ],
  })

const span = z.strictObject({ first: portNumber, last: portNumber })

/**
 * Validates a whole registry: services, ranges, history and retired services, with every invariant. Each refusal names
 * both sides of the contradiction, or the field, the value and the fix.
 */
export const registrySchema = z
  .strictObject({
    $schema: z.string().optional(),
    version: z.string().optional().describe('The version of the package that published this registry'),
    services: table('services', service),
    ranges: table('ranges', span.extend({ reserved: span.optional(), summary })),
    history: z
      .array(z.strictObject({ service: text(texts.line, 'service'), from: portNumber, to: portNumber, reason }))
      .describe('Every move of a service to another port, oldest first'),
    retired: table('retired', z.strictObject({ port: portNumber, reason }))
      .default({})
      .describe('The retired services, with the last port of each'),
  })
  .superRefine((registry, context) => {
    for (const { path, message } of findContradictions(registry)) context.addIssue({ code: 'custom', path, message })
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
