import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { createLocator, listFiles, readRegularFile } from '@driftos/port-scanner'
import { devServers } from './products.js'
import type { PortFile } from './scan.js'

const maxManifestBytes = 200_000

const dialect = { name: 'package.json', kind: 'settings' } as const
const startsServer = /^(?:dev|start|serve|develop)(?::|$)/
const setsPort = /\s(?:-p|--port)\b|\bPORT=/

/**
 * Returns the servers for development that scripts of packages start without a number, each on the default port of its framework,
 * as files with one port.
 */
export function findDevServers(root: string): PortFile[] {
  const manifests = listFiles(root).files.filter((file) => basename(file) === 'package.json')
  return manifests.flatMap((path) => {
    const location = resolve(root, path)
    const { text, scripts } = readScripts(location)
    const positionOf = createLocator(text)
    return Object.entries(scripts).flatMap(([name, command]): PortFile[] => {
      if (typeof command !== 'string' || !startsServer.test(name) || setsPort.test(command)) return []
      const [, port] = devServers.find(([pattern]) => pattern.test(command)) ?? []
      if (port === undefined || (port === 5173 && isBundler(location))) return []
      const start = Math.max(0, text.indexOf(JSON.stringify(command)))
      const place = { start, end: start, port, side: 'host', role: 'default', evidence: [] } as const
      return [{ root, path, file: path, location, dialect, matches: [{ ...place, ...positionOf(start) }] }]
    })
  })
}

/** Returns whether Vite only builds the assets of a server in another language, such as those of Laravel and Rails. */
function isBundler(manifest: string): boolean {
  return ['artisan', 'composer.json', 'Gemfile', 'mix.exs'].some((file) => existsSync(resolve(manifest, '..', file)))
}

/** Reads the scripts of a manifest; one that cannot be read or is not JSON has none. */
function readScripts(file: string): { readonly text: string; readonly scripts: Readonly<Record<string, unknown>> } {
  try {
    const text = readRegularFile(file, maxManifestBytes)
    const { scripts } = JSON.parse(text) as { readonly scripts?: Readonly<Record<string, unknown>> | null }
    return { text, scripts: scripts ?? {} }
  } catch {
    return { text: '', scripts: {} }
  }
}
