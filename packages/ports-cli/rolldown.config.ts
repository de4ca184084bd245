import { rm } from 'node:fs/promises'
import { defineConfig, type RolldownOptions } from 'rolldown'

const options: RolldownOptions = {
  platform: 'node',
  // The sources of workspace packages: a build of this package alone then contains the registry as it is.
  // A `main` in UMD form, such as that of jsonc-parser, hides its parts from a bundler.
  resolve: { conditionNames: ['@driftos/source', 'module', 'import', 'node'], mainFields: ['module', 'main'] },
  tsconfig: false,
  logLevel: 'warn',
}

/** The start and `list`; all that they need is one chunk. A larger one takes longer to compile than a second one to load. */
const hot = /[\\/]src[\\/](?:main|commands[\\/]list)\.ts$/

/** The checks of a registry, which commands need only for one that they have not checked before. */
const define = /[\\/]ports[\\/]src[\\/](?:define|fields|invariants|bad-ports)\.ts$/

export default defineConfig(async (): Promise<RolldownOptions[]> => {
  await rm('dist', { recursive: true, force: true })
  return [
    // CommonJS with all that it needs: Node starts it without its loader for ES modules. Each further chunk is loaded by the
    // command that needs it. Compilers and parsers of JavaScript are large and seldom needed, and stay dependencies; so
    // does the registry, so that a release of the one releases the other.
    {
      ...options,
      input: { bin: 'src/bin.ts' },
      external: ['jiti', 'oxc-parser'],
      transform: {
        target: 'node20.19',
        define: { 'import.meta.url': 'undefined' },
      },
      output: {
        dir: 'dist',
        format: 'cjs',
        minify: true,
        hashCharacters: 'hex',
        entryFileNames: '[name].cjs',
        chunkFileNames: '[name]-[hash].cjs',
        codeSplitting: {
          groups: [
            { name: 'main', test: hot },
            { name: 'define', test: define, priority: 1, includeDependenciesRecursively: false },
          ],
        },
      },
    },
    // One file with the YAML writer, so that a configuration needs no other package.
    {
      ...options,
      input: { index: 'src/index.ts' },
      external: [/^(?!yaml$)[^./]/],
      output: { dir: 'dist', format: 'esm', minify: true, codeSplitting: false },
    },
    {
      ...options,
      input: { lint: 'src/check/lint.ts' },
      output: { dir: 'dist', format: 'esm', minify: true, hashCharacters: 'hex', chunkFileNames: '[name]-[hash].js' },
    },
  ]
})
