import { createEmbedder } from '../src/embedder/create.js'
import { parseEmbedSettings } from '../src/settings.js'
import { Registry } from 'prom-client'
import { conversations } from './conversations.js'
import { evaluate } from './evaluate.js'
import { report } from './report.js'

const settings = parseEmbedSettings(process.env)
const embedder = createEmbedder(settings, process.env, new Registry())
const outcomes = await evaluate(embedder, settings.thresholds)
const turns = Object.values(conversations).reduce((sum, { length }) => sum + length, 0)
const conversationCount = Object.keys(conversations).length
console.log(`Routing by the ${settings.embedder} embedder, ${turns} turns in ${conversationCount} conversations\n`)
console.log(report(outcomes))
if (settings.embedder === 'hashing')
  console.log('\nA real model, which needs a download, is not measured here: EMBEDDER=transformers.')
