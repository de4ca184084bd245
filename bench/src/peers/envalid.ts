import { cleanEnv, port } from 'envalid'

const fields = { PEER_PORT: port({ default: 1 }) }

/** Reads one bounded port with a default, with envalid. */
export const readPort = (): number => cleanEnv(process.env, fields).PEER_PORT
