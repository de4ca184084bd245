import { project } from '@driftos/config/vitest'

export default project('control')
