import { Worker, type WorkerOptions } from 'node:worker_threads'

/**
 * Starts a thread from its module, or in tests and `pnpm dev` from the source of it, which `tsx` compiles.
 *
 * @param module - `new URL('./<name>.js', import.meta.url)`: next to the bundle of the caller, and its source next to the caller's
 */
export function startThread(module: URL, options?: WorkerOptions): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(module, options)
  const source = module.href.replace(/\.js$/, '.ts')
  const script = `import { register } from '${import.meta.resolve('tsx/esm/api')}'; register(); await import('${source}')`
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`), options)
}
