import getPort from 'get-port'

/** Returns the port in the environment, else port 1 if it is free; get-port validates and listens. */
export const readPort = (): Promise<number> => getPort({ port: Number(process.env['PEER_PORT'] ?? 1) })
