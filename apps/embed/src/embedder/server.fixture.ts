import { services, type ServiceDefinition } from '@driftos/ports'

const registered = (services as Readonly<Record<string, ServiceDefinition>>)['legacyEmbedding']

/** Whether the registry has the legacy embedding service, without which the `server` embedder cannot be tested. */
export const hasServer = registered !== undefined

/** The prefix of the service's variables. */
export const prefix = registered?.variable.replace(/_PORT$/, '') ?? ''
