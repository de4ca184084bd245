import { defineConfig } from 'tsup'

// One CommonJS file with all that it needs: Node starts it without its loader for modules, which would
// cost `list` a quarter again. What a command needs is evaluated when the command runs. The registry is
// in the file too; it stays a dependency, so that a release of the one releases the other. ts-morph and
// zod stay outside: they are larger than all the rest, and only the commands that edit a registry load them.
export default defineConfig({
  entry: ['src/bin.ts'],
  format: 'cjs',
  target: 'node20',
  noExternal: [/^(?!(ts-morph|zod)$)/],
  minify: true,
  splitting: true,
  clean: true,
  silent: true,
})
