import { bundledProcess } from '@driftos/config/tsup'
import type { Options } from 'tsup'

export default {
  ...bundledProcess,
  entry: ['src/main.ts', 'src/prerender.ts'],
  splitting: false,
  // React picks its build by this variable; in a bundle it is decided here.
  define: { 'process.env.NODE_ENV': '"production"' },
} satisfies Options
