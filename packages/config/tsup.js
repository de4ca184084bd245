import { defineConfig } from 'tsup'

/** How a process is built: one file with all that it needs, which starts sooner than its many parts would. */
export const bundledProcess = defineConfig({
  entry: ['src/main.ts'],
  format: 'esm',
  target: 'node20',
  noExternal: [/.*/],
  minifySyntax: true,
  minifyWhitespace: true,
  // CommonJS dependencies call `require`, which a module does not have.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  esbuildOptions(options) {
    // From the workspace's sources, file by file, so that a process carries only what it uses.
    options.conditions = ['@driftos/source', 'module']
  },
  // A build that fails leaves no older one behind. Vite's part of the folder stays.
  clean: ['!client/**'],
  silent: true,
})
