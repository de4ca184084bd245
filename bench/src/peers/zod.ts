import * as z from 'zod'

const port = z.coerce.number().int().min(1).max(65_535).default(1)

/** Reads one bounded port with a default, with zod. */
export const readPort = (): number => port.parse(process.env['PEER_PORT'])
