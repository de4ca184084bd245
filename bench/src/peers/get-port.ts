import getPort from 'get-port'

/** The port that the environment prefers, else 3001, if it is free: get-port validates and listens. */
export const readPort = (): Promise<number> => getPort({ port: Number(process.env['CORE_PORT'] ?? 3001) })
