import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { rowOf, type Figure, type Row } from './figure.js'

const ours = { '{ PORTS }': 300, '{ getPort }': 900 }
const base = '{ getPort }'

const peers = {
  'get-port': new URL('peers/get-port.ts', import.meta.url),
  valibot: new URL('peers/valibot.ts', import.meta.url),
  'env-var': new URL('peers/env-var.ts', import.meta.url),
  'zod/mini': new URL('peers/zod-mini.ts', import.meta.url),
  zod: new URL('peers/zod.ts', import.meta.url),
  envalid: new URL('peers/envalid.ts', import.meta.url),
  convict: new URL('peers/convict.ts', import.meta.url),
  '@t3-oss/env-core and zod': new URL('peers/t3-env.ts', import.meta.url),
}

/** Measures what one bounded port with a default adds to a bundle. */
export const bytesFigure: Figure = {
  title: 'Bytes, minified and gzipped, of one bounded port with a default',
  method:
    'esbuild bundles and minifies for Node, gzip at level 9. Our package includes the ports of the whole registry.',
  measure: measureBytes,
}

async function measureBytes(): Promise<Row[]> {
  const entries = [
    ...Object.keys(ours).map((names) => [names, `export ${names} from '@driftos/ports'`] as const),
    ...Object.entries(peers).map(
      ([name, file]) => [name, `export * from ${JSON.stringify(fileURLToPath(file))}`] as const,
    ),
  ]
  const sizes = await Promise.all(entries.map(async ([name, contents]) => [name, [await bytesOf(contents)]] as const))
  const baseSize = sizes.find(([name]) => name === base)?.[1] ?? []
  return sizes.map(([name, size]) =>
    isOurs(name)
      ? rowOf([`@driftos/ports ${name}`, size], [base, baseSize], 'B', { goal: { of: 'median', atMost: ours[name] } })
      : rowOf([name, size], [base, baseSize], 'B'),
  )
}

function isOurs(name: string): name is keyof typeof ours {
  return Object.hasOwn(ours, name)
}

async function bytesOf(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Uses the published packages; tsconfig.json would select the sources.
    tsconfigRaw: {},
    write: false,
    legalComments: 'none',
  })
  return outputFiles.reduce((sum, { contents: code }) => sum + gzipSync(code, { level: 9 }).length, 0)
}
