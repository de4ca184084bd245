import { runService } from '@driftos/service'
import { buildEmbed } from './app.js'

await runService('embed', buildEmbed, process.env)
