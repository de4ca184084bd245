import { createEnv } from '@t3-oss/env-core'
import * as z from 'zod'

const server = { PEER_PORT: z.coerce.number().int().min(1).max(65_535).default(1) }

/** Reads one bounded port with a default, with t3-env with zod. */
export const readPort = (): number =>
  createEnv({ server, runtimeEnvStrict: { PEER_PORT: process.env['PEER_PORT'] }, emptyStringAsUndefined: true })
    .PEER_PORT
