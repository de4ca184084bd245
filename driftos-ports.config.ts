import { defineConfig } from '@driftos/ports-cli'
import { generators } from '@driftos/generators'

export default defineConfig({
  registry: './packages/ports/src/registry.ts',
  generate: generators,
  ignore: [
    { files: '*.test.ts', reason: 'tests use wrong ports on purpose' },
    { files: 'packages/port-scanner/src/**', reason: 'examples of what readers find' },
    { files: 'packages/ports/packaging/consumer-sources.ts', reason: 'programs that do not compile' },
    { files: 'packages/ports/src/bad-ports.ts', rule: 'unregistered-port', reason: 'ports that browsers block' },
    { files: 'packages/ports/src/probe.ts', rule: 'wrong-port', reason: "a protocol's default port" },
    { files: 'apps/website/src/page/snippets/refused.ts', rule: 'unregistered-port', reason: 'does not compile' },
    { files: 'packages/ports/README.md', rule: 'unregistered-port', reason: 'shows a registry of its own' },
  ],
})
