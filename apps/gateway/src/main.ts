import { runService } from '@driftos/service'
import { buildGateway } from './app.js'

await runService('gateway', buildGateway, process.env)
