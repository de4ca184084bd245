import { defineConfig } from '@driftos/ports-cli'
import { generators } from '@driftos/generators'

export default defineConfig({
  registry: './packages/ports/src/registry.ts',
  composeProject: 'driftos',
  generate: generators,
  ignore: [{ files: '*.test.ts', reason: 'tests use wrong ports on purpose' }],
})
