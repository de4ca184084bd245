/**
 * Builds a process into one file with all its dependencies, which starts faster than many files.
 *
 * @type {import('tsup').Options}
 */
export const bundledProcess = {
  entry: ['src/main.ts'],
  format: 'esm',
  target: 'node20',
  noExternal: [/.*/],
  minifySyntax: true,
  minifyWhitespace: true,
  // CommonJS dependencies call `require`, which ES modules do not define.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  esbuildOptions(options) {
    // Bundles the sources of workspace packages, so that unused files are left out.
    options.conditions = ['@driftos/source', 'module']
  },
  // A failed build leaves no older output behind. Vite writes `client`.
  clean: ['!client/**'],
  silent: true,
}
