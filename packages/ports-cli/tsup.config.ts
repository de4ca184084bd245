import { rm } from 'node:fs/promises'
import { defineConfig, type Options } from 'tsup'

const options: Options = { target: 'node20', minify: true, silent: true }

/** What tsup's divider of CommonJS files rewrites by itself, slower and at times broken: esbuild does it first. */
const lowered = { 'optional-chain': false, 'nullish-coalescing': false, 'logical-assignment': false }

export default defineConfig(async () => {
  await rm('dist', { recursive: true, force: true })
  return [
    // One CommonJS file with all that it needs: Node starts it without its loader for modules, which would
    // cost `list` a quarter again. What a command needs is evaluated when the command runs. The registry is
    // in the file too; it stays a dependency, so that a release of the one releases the other. What is
    // large and seldom wanted is left out: compilers and parsers of JavaScript, and zod.
    {
      ...options,
      entry: ['src/bin.ts'],
      format: 'cjs',
      noExternal: [/^(?!(?:jiti|oxc-parser|ts-morph|zod)$)/],
      splitting: true,
      esbuildOptions: (esbuild) => {
        esbuild.supported = lowered
        esbuild.entryNames = '[name]'
        // There is none in CommonJS, and tsup leaves it where it is a syntax error.
        esbuild.define = { ...esbuild.define, 'import.meta.url': 'undefined' }
      },
    },
    { ...options, entry: ['src/project/config.ts'], format: 'esm' },
    { ...options, entry: ['src/check/lint.ts'], format: 'esm', noExternal: [/.*/] },
  ]
})
