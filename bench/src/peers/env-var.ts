import env from 'env-var'

/** One bounded port with a default, by env-var. */
export const readPort = (): number => env.get('CORE_PORT').default(3001).asPortNumber()
