import { cleanEnv, port } from 'envalid'

const fields = { CORE_PORT: port({ default: 3001 }) }

/** One bounded port with a default, by envalid. */
export const readPort = (): number => cleanEnv(process.env, fields).CORE_PORT
