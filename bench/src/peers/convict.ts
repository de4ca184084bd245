import convict from 'convict'

const fields = { port: { format: 'port', default: 1, env: 'PEER_PORT' } }

/** Reads one bounded port with a default, with convict. */
export const readPort = (): number => convict(fields).validate({ allowed: 'strict' }).get('port')
