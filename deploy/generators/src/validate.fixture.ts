import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { Deployment } from 'kubernetes-models/apps/v1'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { Service } from 'kubernetes-models/v1'
import { parseAllDocuments } from 'yaml'

/** The kinds of an app's manifest, in their order. */
export const models = { Deployment, Service, PodDisruptionBudget, HorizontalPodAutoscaler, NetworkPolicy }

const allModels = { ...models, Ingress }

/** A Kubernetes object. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
}

/** Validates a compose file by the schema that dclint has from the Compose specification. */
export const validateCompose = new Ajv({ strict: false, allErrors: true }).compile(readComposeSchema())

/**
 * Parses the documents of a manifest as Kubernetes does, by YAML 1.1.
 *
 * @throws {Error} on an error or a warning
 */
export function parseManifest(text: string): Manifest[] {
  return parseAllDocuments(text, { version: '1.1', strict: true }).map((document) => {
    const problems = [...document.errors, ...document.warnings]
    if (problems.length > 0) throw new Error(problems.join('\n'))
    return document.toJS() as Manifest
  })
}

/** Validates an object by the OpenAPI schemas of Kubernetes. @throws {Error} when it is invalid */
export function validateManifest(manifest: Manifest): void {
  new allModels[manifest.kind as keyof typeof allModels](manifest as never).validate()
}

function readComposeSchema(): object {
  const schema = new URL('schemas/compose.schema.json', import.meta.resolve('dclint/package.json'))
  const text = readFileSync(schema, 'utf8')
  // The specification names its draft by https, ajv by http.
  return JSON.parse(text.replace('https://json-schema.org/draft-07/schema', 'http://json-schema.org/draft-07/schema#'))
}
