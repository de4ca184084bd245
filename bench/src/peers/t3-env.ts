import { createEnv } from '@t3-oss/env-core'
import * as z from 'zod'

const server = { CORE_PORT: z.coerce.number().int().min(1).max(65_535).default(3001) }

/** One bounded port with a default, by t3-env with zod. */
export const readPort = (): number =>
  createEnv({ server, runtimeEnvStrict: { CORE_PORT: process.env['CORE_PORT'] }, emptyStringAsUndefined: true })
    .CORE_PORT
