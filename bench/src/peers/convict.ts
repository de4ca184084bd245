import convict from 'convict'

const fields = { port: { format: 'port', default: 3001, env: 'CORE_PORT' } }

/** One bounded port with a default, by convict. */
export const readPort = (): number => convict(fields).validate({ allowed: 'strict' }).get('port')
