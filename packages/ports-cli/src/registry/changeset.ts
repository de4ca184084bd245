import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Bump } from './change.js'
import { listPackages, readManifest, type Workspace } from './workspace.js'
import type { FileChange } from './transaction.js'

/**
 * The changeset of an edit: the package of the registry and the published ones that carry it are released
 * alike; a changed value also stands in the changelogs of the rest that depends on it. None where the
 * repository keeps no changesets.
 *
 * @param slug - the file's name, to which a number is added where it is taken
 * @param text - for whoever imports the package
 */
export async function renderChangeset(
  { root, manifestFile }: Workspace,
  bump: Exclude<Bump, 'none'>,
  slug: string,
  text: string,
): Promise<FileChange[]> {
  if (!existsSync(join(root, '.changeset'))) return []
  const { name: registry } = await readManifest(root, manifestFile)
  const dependents = (await listPackages(root)).filter(({ dependencies = {} }) => Object.hasOwn(dependencies, registry))
  const published = dependents.filter((dependent) => !dependent.private)
  const rest = bump === 'major' ? dependents.filter((dependent) => dependent.private) : []
  const releases = [
    ...[registry, ...published.map(({ name }) => name)].map((name) => `'${name}': ${bump}`),
    ...rest.map(({ name }) => `'${name}': patch`),
  ]
  const wanted = `---\n${releases.join('\n')}\n---\n\n${text}\n`
  return [{ file: freeName(root, slug), present: undefined, wanted }]
}

function freeName(root: string, slug: string): string {
  for (let count = 1; ; count++) {
    const file = `.changeset/${slug}${count > 1 ? `-${count}` : ''}.md`
    if (!existsSync(join(root, file))) return file
  }
}
