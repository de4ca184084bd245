import { runService } from '@driftos/service'
import { buildCore } from './app.js'

await runService('core', buildCore, process.env)
