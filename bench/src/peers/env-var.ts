import env from 'env-var'

/** Reads one bounded port with a default, with env-var. */
export const readPort = (): number => env.get('PEER_PORT').default(1).asPortNumber()
