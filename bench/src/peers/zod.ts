import * as z from 'zod'

const port = z.coerce.number().int().min(1).max(65_535).default(3001)

/** One bounded port with a default, by zod. */
export const readPort = (): number => port.parse(process.env['CORE_PORT'])
