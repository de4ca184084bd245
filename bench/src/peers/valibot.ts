import * as v from 'valibot'

const port = v.optional(v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(1), v.maxValue(65_535)), '3001')

/** One bounded port with a default, by valibot. */
export const readPort = (): number => v.parse(port, process.env['CORE_PORT'])
