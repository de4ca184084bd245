import type { Artifact } from './artifact.js'
import { envExample } from './env-example.js'
import { portsDocument } from './ports-document.js'
import { readmeTable } from './readme-table.js'
import { turboVariables } from './turbo-variables.js'

/** Everything that is generated from the registry. */
export const artifacts: readonly Artifact[] = [readmeTable, portsDocument, envExample, turboVariables]
