import { relative, sep } from 'node:path'
import { watch } from 'chokidar'
import { findSources, root, type Member } from './members.js'

/** Editors and git write several files at once. */
const quietMs = 150

const irrelevant = /\.(test|test-d|fixture|bench)\.[cm]?tsx?$|\.md$|(^|[/\\])(node_modules|dist|\.)[^/\\]*([/\\]|$)/

/**
 * Calls a function after the sources of members have changed.
 *
 * @param onEdit - receives the members that a change affects, and one of the changed files, from the repository's root
 * @returns stops the watch
 */
export function watchSources<Watched extends Member>(
  members: readonly Watched[],
  onEdit: (members: readonly Watched[], file: string) => void,
): () => Promise<void> {
  const sources = new Map(members.map((member) => [member, findSources(member)]))
  const directories = [...new Set([...sources.values()].flat())]
  const watcher = watch(directories, { ignoreInitial: true, ignorePermissionErrors: true })
  let changed: string[] = []
  let timer: NodeJS.Timeout | undefined

  function report() {
    const files = changed
    changed = []
    const first = new Map<Watched, string>()
    for (const [member, own] of sources) {
      const file = files.find((path) => own.some((directory) => path.startsWith(`${directory}${sep}`)))
      if (file !== undefined) first.set(member, file)
    }
    for (const file of new Set(first.values())) {
      onEdit(
        [...first].flatMap(([member, own]) => (own === file ? member : [])),
        relative(root, file),
      )
    }
  }

  watcher.on('all', (_event, path) => {
    if (irrelevant.test(relative(root, path))) return
    changed.push(path)
    clearTimeout(timer)
    timer = setTimeout(report, quietMs)
  })
  // Without a watch, such as when the system has no more watches, the stack still runs.
  watcher.on('error', (error) => console.error(`Changes of files are not noticed: ${String(error)}`))
  return async () => {
    clearTimeout(timer)
    await watcher.close()
  }
}
