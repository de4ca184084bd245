import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { withTempFolder } from './child.js'
import { rowOf, type Figure, type Row } from './figure.js'
import { packageManager, pnpm } from './pnpm.js'

const esbuild = join(dirname(createRequire(import.meta.url).resolve('esbuild/package.json')), 'bin', 'esbuild')
const appsCount = 100

/** Measures the rebuild after one moved port in a monorepo of many apps that import the registry. */
export const monorepoFigure: Figure = {
  title: `A port that moves in a monorepo of ${appsCount} apps`,
  method:
    'Each app imports one port of a workspace package and is built by esbuild under turbo, whose cache is warm before the move.',
  takesMinutes: true,
  measure: () => withTempFolder(measureMonorepo),
}

async function measureMonorepo(folder: string): Promise<Row[]> {
  writeMonorepo(folder)
  await pnpm(['install', '--offline'], folder)
  // turbo needs the package manager on PATH.
  const build = async () => (await pnpm(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'], folder)).wallMs
  const coldMs = await build()
  const warmMs = await build()
  const before = outputs(folder)
  writeRegistry(folder, 1)
  const movedMs = await build()
  const after = outputs(folder)
  const changed = after.filter((output, index) => output !== before[index]).length
  const base = [`build of ${appsCount} apps, nothing changed`, [warmMs]] as const
  return [
    rowOf([`build of ${appsCount} apps, nothing built before`, [coldMs]], base, 'ms', { note: 'one sample' }),
    rowOf([`build of ${appsCount} apps, one port moved`, [movedMs]], base, 'ms', {
      note: `one sample; turbo builds every app that depends on the package, of whose outputs ${changed} differ`,
    }),
  ]
}

function writeMonorepo(folder: string): void {
  const write = (file: string, content: unknown) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content, null, 2))
  }
  write('package.json', { name: 'monorepo', private: true, packageManager })
  write('pnpm-workspace.yaml', 'packages: [packages/*, apps/*]\npmOnFail: ignore\n')
  write('turbo.json', {
    tasks: { build: { dependsOn: ['^build'], inputs: ['index.js', 'package.json'], outputs: ['dist/**'] } },
  })
  write('packages/ports/package.json', { name: '@acme/ports', version: '1.0.0', type: 'module', exports: './index.js' })
  writeRegistry(folder, 0)
  for (let index = 0; index < appsCount; index++) {
    write(`apps/app${index}/package.json`, {
      name: `@acme/app${index}`,
      version: '1.0.0',
      type: 'module',
      scripts: {
        build: `node ${JSON.stringify(esbuild)} index.js --bundle --minify --format=esm --outfile=dist/index.js`,
      },
      dependencies: { '@acme/ports': 'workspace:*' },
    })
    write(`apps/app${index}/index.js`, `import { PORTS } from '@acme/ports'\nconsole.log(PORTS.service${index})\n`)
  }
}

/** Writes the registry with its first port shifted. */
function writeRegistry(folder: string, shift: number): void {
  const lines = Array.from(
    { length: appsCount },
    (_, index) => `service${index}: ${20_000 + index + (index === 0 ? shift * 1000 : 0)}`,
  )
  writeFileSync(join(folder, 'packages/ports/index.js'), `export const PORTS = { ${lines.join(', ')} }\n`)
}

function outputs(folder: string): string[] {
  return Array.from({ length: appsCount }, (_, index) =>
    readFileSync(join(folder, `apps/app${index}/dist/index.js`), 'utf8'),
  )
}
