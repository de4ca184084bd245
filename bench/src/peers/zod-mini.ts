import * as z from 'zod/mini'

// oxlint-disable-next-line no-underscore-dangle -- zod's own name
const port = z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(65_535)), 1)

/** Reads one bounded port with a default, with zod/mini. */
export const readPort = (): number => z.parse(port, process.env['PEER_PORT'])
