import { defineConfig } from 'tsup'

// The registry stays a dependency, since its version is what the CLI speaks of; the rest is bundled,
// one chunk a command, so that `list` loads nothing of `status`.
export default defineConfig({
  entry: ['src/bin.ts'],
  format: 'esm',
  target: 'node20',
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  noExternal: [/^(?!@driftos\/ports)/],
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  clean: true,
  silent: true,
})
