import { readFile } from 'node:fs/promises'
import { bundledProcess } from '@driftos/config/tsup'
import type { Options } from 'tsup'

// Vite's way to import a file as its text.
const rawText: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'raw-text',
  setup(build) {
    build.onLoad({ filter: /./, namespace: 'raw' }, async ({ path }) => ({
      contents: await readFile(path, 'utf8'),
      loader: 'text',
    }))
    build.onResolve({ filter: /\?raw$/ }, async ({ path, ...from }) => {
      const resolved = await build.resolve(path.replace(/\?raw$/, ''), from)
      return { path: resolved.path, namespace: 'raw' }
    })
  },
}

export default {
  ...(bundledProcess as Options),
  entry: ['src/main.ts', 'src/prerender.ts'],
  splitting: false,
  // React decides by it which of its builds it is, and in a bundle it is decided here.
  define: { 'process.env.NODE_ENV': '"production"' },
  esbuildPlugins: [rawText],
} satisfies Options
