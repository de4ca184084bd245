import { mkdir, rm, writeFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'
import { defineConfig, type Options } from 'tsup'
import { z } from 'zod'
import manifest from './package.json' with { type: 'json' }
import * as registry from './src/registry.js'
import { registrySchema } from './src/schema.js'
import * as tables from './src/tables.js'

const published = registrySchema.safeParse({
  $schema: './ports.schema.json',
  version: manifest.version,
  services: registry.services,
  ranges: registry.ranges,
  history: registry.history,
  retired: registry.retired,
})
if (!published.success) throw new Error(`src/registry.ts contradicts itself:\n${z.prettifyError(published.error)}`)

const jsonSchema = z.toJSONSchema(registrySchema, {
  // This format is specific to zod and rejected by strict validators; the pattern next to it is equivalent.
  override({ jsonSchema: part }) {
    if (part.format === 'starts_with') delete part.format
  },
})

/** Replaces tables.ts by its values: a bundle then carries the columns that it uses and no table behind them. */
const precomputedTables: Plugin = {
  name: 'precomputed-tables',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]tables\.ts$/ }, () => ({
      // Constants before tables: only there esbuild puts a constant where it is used.
      contents: Object.entries(tables)
        .toSorted(([, one], [, other]) => Number(isTable(one)) - Number(isTable(other)))
        .map(([name, value]) => `export const ${name} = ${literal(value)}\n`)
        .join(''),
    }))
  },
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function literal(value: unknown): string {
  if (!isTable(value)) return JSON.stringify(value)
  const text = Array.isArray(value)
    ? `[${value.map(literal).join(',')}]`
    : `{${Object.entries(value)
        .map(([key, part]) => `${JSON.stringify(key)}:${literal(part)}`)
        .join(',')}}`
  return Object.isFrozen(value) ? `/* @__PURE__ */ Object.freeze(${text})` : text
}

/** Makes the other entries import PortConfigError from the main one, so that there is one class. */
const errorsOfMainEntry: Plugin = {
  name: 'errors-of-main-entry',
  setup(build) {
    build.onResolve({ filter: /^\.\/errors\.js$/ }, () => ({ path: './index.js', external: true }))
  },
}

const options: Options = {
  target: 'es2022',
  platform: 'neutral',
  // The main entry stays one file; the others import it.
  splitting: false,
  external: ['./index.js', /^node:/],
  esbuildOptions(esbuild) {
    // Folds away what an empty table leaves nothing to do.
    esbuild.minifySyntax = true
  },
  silent: true,
}

export default defineConfig(async () => {
  await rm('dist', { recursive: true, force: true })
  await mkdir('dist')
  await writeFile('dist/ports.json', `${JSON.stringify(published.data, null, 2)}\n`)
  await writeFile('dist/ports.schema.json', `${JSON.stringify(jsonSchema, null, 2)}\n`)
  // The same files once more for CommonJS: what Jest and TypeScript's older resolutions load. Node loads the ESM files with
  // `require` too (the condition `module-sync`), so that one process has one PortConfigError.
  await mkdir('dist/cjs')
  await writeFile('dist/cjs/package.json', '{ "type": "commonjs" }\n')
  return (['esm', 'cjs'] as const).flatMap((format): Options[] => {
    const outDir = format === 'esm' ? 'dist' : 'dist/cjs'
    const common: Options = { ...options, format, outDir, outExtension: () => ({ js: '.js' }) }
    return [
      { ...common, entry: ['src/index.ts'], esbuildPlugins: [precomputedTables] },
      {
        ...common,
        entry: [
          'src/define.ts',
          'src/schema.ts',
          'src/probe.ts',
          'src/checkout.ts',
          'src/vite.ts',
          'src/playwright.ts',
        ],
        esbuildPlugins: [precomputedTables, errorsOfMainEntry],
      },
    ]
  })
})
