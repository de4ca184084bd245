import { findProblems, type Finding } from './check.js'
import { scanRoots } from './scan.js'
import { contractProject, contractRegistry } from '../contract.fixture.js'
import { makeRepository } from '../repository.fixture.js'

/** What a tree of these files is told, most of a finding on one line each. */
export async function findingsIn(files: Readonly<Record<string, string>>): Promise<string[]> {
  const root = await makeRepository(files)
  return (await findingsBelow([root])).map(describeFinding)
}

/** What several trees are told. */
export async function findingsBelow(roots: readonly string[], cwd = roots[0]!): Promise<Finding[]> {
  return findProblems(await scanRoots(roots, cwd, contractRegistry), contractProject, cwd)
}

/** Such as `.env:1:14 error wrong-port 3002 -> 3010`. */
export function describeFinding({ file, line, column, severity, rule, port, suggestion }: Finding): string {
  return `${file}:${line}:${column} ${severity} ${rule} ${port}${suggestion === undefined ? '' : ` -> ${suggestion}`}`
}

/** A manifest by which a folder is a service's own. */
export function manifestOf(name: string): string {
  return JSON.stringify({ name })
}
