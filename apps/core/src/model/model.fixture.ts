import { fastify } from 'fastify'
import { Registry } from 'prom-client'
import { z } from 'zod'
import { observeModel } from '../metrics.js'
import { parseModelSettings } from '../settings.js'
import { createModel } from './model.js'
import type { Prompt } from './parameters.js'
import { startModel, type Reply } from './server.fixture.js'

const prompts: readonly Prompt[] = [
  { role: 'system', content: 'Answer in JSON.' },
  { role: 'user', content: 'Hello' },
]

/** Connects a model to a server with the given replies. */
export async function buildModel(replies: readonly Reply[], env: Readonly<Record<string, string>> = {}) {
  const server = await startModel(...replies)
  const metrics = new Registry()
  const settings = parseModelSettings({ ...server.env, LLM_TIMEOUT: '1000', LLM_IDLE_TIMEOUT: '150', ...env })!
  const model = createModel(settings, observeModel(metrics), fastify().log)
  return {
    ...server,
    model,
    /** Returns the value of a metric's line. */
    metric: async (line: string) =>
      Number(
        (await metrics.metrics())
          .split('\n')
          .find((text) => text.startsWith(`${line} `))
          ?.slice(line.length + 1),
      ),
    /** Requests an answer in JSON. */
    answer: async () => model.answer('decide', prompts, z.object({ ok: z.boolean() })),
    /** Requests a streamed answer and reads it to its end. */
    chat: async () => {
      let text = ''
      for await (const piece of await model.stream(prompts, new AbortController().signal)) text += piece
      return text
    },
  }
}
