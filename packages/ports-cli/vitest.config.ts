import { project } from '@driftos/config/vitest'
import { mergeConfig } from 'vitest/config'

// A configuration that is compiled in a test is not kept for the next run.
export default mergeConfig(project('ports-cli'), { test: { env: { JITI_FS_CACHE: 'false' } } })
