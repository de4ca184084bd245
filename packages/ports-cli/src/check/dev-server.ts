import { basename, join, resolve } from 'node:path'
import { listFiles, readRegularFile } from '@driftos/port-scanner'
import type { PortFile } from './scan.js'

const maxManifestBytes = 200_000

/** Commands that start a server for development, and its default port. */
const frameworks: readonly (readonly [command: RegExp, port: number])[] = [
  [/\b(?:next|nuxt|nuxi)\s+(?:dev|start)\b|\b(?:react-scripts|react-app-rewired|craco)\s+start\b/, 3000],
  [/\bng\s+s(?:erve)?\b/, 4200],
  [/\bastro\s+dev\b/, 4321],
  [/(?:^|[\s&;])vite(?!\s+(?:build|preview|optimize)|[\w:-])|\b(?:react-router|remix)\s+(?:vite:)?dev\b/, 5173],
  [/\bgatsby\s+develop\b/, 8000],
  [/\bvue-cli-service\s+serve\b/, 8080],
]

const dialect = { name: 'package.json', kind: 'settings' } as const
const setsPort = /\s(?:-p|--port)\b|\bPORT=/

/**
 * Returns the servers for development that scripts of packages start without a number, each on the default port of its framework,
 * as files with one port.
 */
export function findDevServers(root: string): PortFile[] {
  const manifests = listFiles(root).files.filter((file) => basename(file) === 'package.json')
  return manifests.flatMap((path) =>
    readLines(join(root, path)).flatMap((lineText, index): PortFile[] => {
      const [, command] = /^\s*"(?:dev|start|serve|develop)(?::\w+)?"\s*:\s*"(.*)"/.exec(lineText) ?? []
      const port = command === undefined || setsPort.test(command) ? undefined : portOf(command)
      if (port === undefined) return []
      const position = { start: 0, end: 0, line: index + 1, column: 1, lineText }
      const match = { ...position, port, side: 'host', role: 'default', evidence: [], nameAt: undefined } as const
      return [{ root, path, file: path, location: resolve(root, path), dialect, matches: [match] }]
    }),
  )
}

function portOf(command: string): number | undefined {
  return frameworks.find(([pattern]) => pattern.test(command))?.[1]
}

function readLines(file: string): string[] {
  try {
    return readRegularFile(file, maxManifestBytes).split('\n')
  } catch {
    return []
  }
}
