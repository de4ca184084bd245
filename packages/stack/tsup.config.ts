import { bundledProcess } from '@driftos/config/tsup'
import type { Options } from 'tsup'

export default { ...bundledProcess, entry: ['src/main.ts', 'src/guard.ts'] } satisfies Options
