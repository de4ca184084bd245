import { project } from '@driftos/config/vitest'
import { mergeConfig } from 'vitest/config'

export default mergeConfig(project('ports'), { test: { typecheck: { enabled: true, tsconfig: 'tsconfig.json' } } })
