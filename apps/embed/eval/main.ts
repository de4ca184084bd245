import { Registry } from 'prom-client'
import { createEmbedder } from '../src/embedder/create.js'
import { parseEmbedSettings } from '../src/settings.js'
import { conversations } from './conversations.js'
import { evaluate } from './evaluate.js'
import { heldOut, heldOutGerman } from './held-out.js'
import { report } from './report.js'

const settings = parseEmbedSettings(process.env)
const embedder = createEmbedder(settings, process.env, new Registry())
for (const [name, set] of [
  ['conversations', conversations],
  ['conversations that were held out', heldOut],
  ['of them in German', heldOutGerman],
] as const) {
  const turns = Object.values(set).flat().length
  console.log(`Routing by the ${settings.embedder} embedder, ${turns} turns in ${Object.keys(set).length} ${name}\n`)
  console.log(`${report(await evaluate(set, embedder, settings.thresholds))}\n`)
}
