import { bundledProcess } from '@driftos/config/tsup'
import type { Options } from 'tsup'

export default { ...(bundledProcess as Options), entry: ['src/main.ts', 'src/guard.ts'] } satisfies Options
