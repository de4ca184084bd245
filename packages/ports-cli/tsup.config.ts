import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { defineConfig, type Options } from 'tsup'

const options: Options = {
  target: 'node20',
  minify: true,
  silent: true,
  esbuildOptions(esbuild) {
    // The registry's sources: a build of this package alone then contains the registry as it is.
    esbuild.conditions = ['@driftos/source', 'module']
  },
}

/** What tsup's divider of CommonJS files rewrites by itself, slower and at times broken: esbuild does it first. */
const lowered = { 'optional-chain': false, 'nullish-coalescing': false, 'logical-assignment': false }

/** Returns a hash of the sources: what a build remembers of a registry is not used by another build. */
async function hashSources(...directories: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const directory of directories) {
    const files = await readdir(directory, { recursive: true })
    for (const file of files.filter((name) => name.endsWith('.ts')).toSorted()) {
      hash.update(`${file}\0`).update(await readFile(join(directory, file)))
    }
  }
  return hash.digest('base64url').slice(0, 16)
}

export default defineConfig(async () => {
  await rm('dist', { recursive: true, force: true })
  const buildId = await hashSources('src', '../ports/src')
  return [
    // One CommonJS file with all that it needs: Node starts it without its loader for modules, which would
    // cost `list` a quarter again. What a command needs is evaluated when the command runs. The registry is
    // in the file too; it stays a dependency, so that a release of the one releases the other. What is
    // large and seldom wanted is left out: compilers and parsers of JavaScript, and zod.
    {
      ...options,
      entry: ['src/bin.ts'],
      format: 'cjs',
      noExternal: [/^(?!(?:jiti|oxc-parser|zod)$)/],
      splitting: true,
      esbuildOptions(esbuild, context) {
        options.esbuildOptions!(esbuild, context)
        esbuild.supported = lowered
        esbuild.entryNames = '[name]'
        // There is none in CommonJS, and tsup leaves it where it is a syntax error.
        esbuild.define = {
          ...esbuild.define,
          'import.meta.url': 'undefined',
          BUILD_ID: JSON.stringify(buildId),
        }
      },
    },
    // One file with the YAML writer, so that a configuration needs no other package.
    { ...options, entry: ['src/index.ts'], format: 'esm', noExternal: ['yaml'], splitting: false },
    { ...options, entry: ['src/check/lint.ts'], format: 'esm', noExternal: [/.*/] },
  ]
})
