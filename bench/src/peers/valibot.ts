import * as v from 'valibot'

const port = v.optional(v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(1), v.maxValue(65_535)), '1')

/** Reads one bounded port with a default, with valibot. */
export const readPort = (): number => v.parse(port, process.env['PEER_PORT'])
