import { isJob, isNodePort } from '@driftos/port-scanner'
import type { PortRegistry } from '@driftos/ports/define'
import type { Occurrence } from './occurrence.js'

const testPath =
  /(?:^|\/)(?:[\w.-]*[Tt]est(?:s|ing|cases?)?|tests?_\w+|_*(?:jest|vitest|cypress)[\w-]*|__tests__|specs?(?!\/.*\.mdx?$)|[\w-]*fixtures?|__fixtures__|__mocks__|mocks?(?:-\w+)?|[\w-]*(?:test|training)[-_]?data|snapshots?|__snapshots__|e2e[\w-]*|\.?ci)\/|(?:^|\/)tests?[._-][\w.-]+\.ya?ml$|[._-](?:test|tests|spec|fixture|mock|smoke|stories|bench|cy|e2e|ci)\.\w+$|_test\.\w+$|(?:^|\/)mock[-_][\w.-]+$|(?:^|\/)\.env\.(?:test|testing|e2e|ci)\b|(?:^|\/)(?:test|e2e|ci)\.env$|(?:^|\/)integration\/support\/|\.bats$|compose[._-]test[\w.-]*\.ya?ml$|(?:^|\/)test-[\w.-]+\.(?:[cm]?[jt]s|sh|ps1)$|[._-]tests?[._-]suite\.\w+$|\benvironment\.(?:test(?:ing)?|e2e)\.ts$|(?:^|\/)(?:application|bootstrap)-(?:it|integration)\.\w+$|(?:^|\/)(?:pytest|tox)\.ini$|(?:^|\/)(?:test_[^/]+|conftest)\.py$|(?:^|\/)tests?\.\w+$|(?:^|\/)(?:(?:vitest|jest|mocha|test)[._-]?setup|setup-?(?:tests?|jest|vitest))[\w.-]*\.\w+$|(?:^|\/)[Dd]ockerfile\.(?:test|e2e)$|(?:^|\/)(?:testing|e2e)[-_][\w.-]*\.mdx?$|Tests?\.(?:java|kt|cs|swift|php)$/

const pastPath =
  /(?:^|\/)(?:changelog|changes|history|release[-_]?notes|news|\.changeset)(?:\.\w+$|\/)|(?:^|\/)(?:adrs?|decisions?|[\w-]*decision-records?|_?posts)(?:\/.*)?\.(?:md|mdx|markdown|rst|adoc|txt)$/i

/** A document or a result with a date in its path. */
const datedPath = /[-_./]20\d\d-?[01]\d-?[0-3]\d.*\.(?:md|mdx|markdown|rst|adoc|txt|json)$/

/** Copies that are kept, and load tests, but no programs of these names next to others. */
const asidePath =
  /(?:^|(?<!(?:^|\/)(?:apps?|packages|services|src|libs?|modules))\/)(?:_references?|legacy|deprecated|bak|archive[ds]?|archive[_-]\w+|_archive[\w-]*|old|performance|perf)\/|\.(?:bak|orig|old)$/i

/** Variables of a stack for tests. */
const testVariable = /(?:^|_)(?:TEST|E2E|CI)(?:_|$)/

/**
 * Programs that show how to use the product or that others wrote, copies that a build makes, templates, translations and rows
 * of databases.
 */
const apart =
  /(?:^|\/)\.idea\/(?!runConfigurations\/)|(?:^|\/)(?:[\w-]*-)?rendered(?:[-_]\w+)?\/|(?:^|\/)\.?mcp\.json$|(?:^|\/)\.(?:claude|agents?|ai|cursor|codex)\/(?!launch\.json$)|(?:^|\/)[\w.-]*(?:[._-]templates?|scaffold(?:s|ing)?)\/|(?:^|\/)(?:(?:samples?|examples?|vuln)[-_]\w+|[\w-]+[-_]examples?)\/|(?:^|\/)(?:bin|out|target|obj)\/(?:src|classes|resources|Debug|Release)\/|\.sql$|(?:^|\/)(?:[\w-]*reports?|results?)\/(?!.*(?:package|project|appsettings[\w.]*|launchSettings)\.json$).*\.json$|[-_]report[\w.-]*\.json$|\{\{|(?:^|\/)(?:i18n|locales?|translations?|(?<!\/(?:com|org|net|io|dev)\/)examples?|samples?|demos|boilerplates?|homeworks?|exercises?|playgrounds?|benchmarks?|benches|sandbox|tutorials?|quick-?starts?|load-?test(?:s|ing)?|vendor|wwwroot\/lib|deps|third[-_]?party|node_modules|experiment(?:s|al)?|pocs?|_templates?)(?:\/|\.(?!(?:mdx?|markdown|rst|adoc|txt)$)\w+$)|(?:Docs|Examples?|Samples?)\.(?:kt|java|cs|ts|swift)$/i

/** Returns whether a port is one of a cluster's nodes, which the cluster chooses; a publication of a container is not. */
export function isOfNode({ role, port, publication }: Occurrence): boolean {
  return role === 'publish' && publication === undefined && isNodePort(port)
}

/** Returns whether a file is of a cluster, where the port of a service's address is that of its Service. */
export function isOfCluster(path: string): boolean {
  return /(?:^|\/)(?:k8s|kubernetes|kube|helm|charts?|kustomize|manifests|argocd|openshift)(?:\/|[-.])/i.test(path)
}

/** Returns whether a file is a sample in a directory of documents, and no part of a program that shows them. */
export function isOfDocs({ path, kind, package: own }: Pick<Occurrence, 'path' | 'kind' | 'package'>): boolean {
  const documents = /(?:^|\/)(?:docs?|documentation)\//i
  return documents.test(path) && (kind === 'document' || !documents.test(`${own.directory}/`))
}

/** Returns whether a file is of another environment, in which a service has another number. */
export function isOfOtherEnvironment(path: string): boolean {
  // `scripts/deploy.sh` runs on another machine.
  if (/(?:^|\/)[\w-]*deploy[\w-]*\.(?:sh|ps1)$/.test(path)) return true
  // pm2 keeps programs running on a server.
  if (/(?:^|\/)ecosystem\.config\.\w+$/.test(path)) return true
  return /(?:^|[./_-])(?:devcontainer|prod|production|pre-?prod|stage|staging|uat|qa|aat|mainnet|testnet|aws|gcp|azure|coolify|vps|k3s|k3d|minikube)(?=$|[./_-])/i.test(
    path,
  )
}

/** Returns whether a file contains targets, of which each starts other programs. */
export function isOfTargets(path: string): boolean {
  return /(?:^|\/)(?:GNU)?makefile|\.mk$|(?:^|\/)\.?justfile$|(?:^|\/)taskfile[\w.]*\.ya?ml$/i.test(path)
}

/** Returns whether a file is one of compose, the main one or a variant. */
export function isOfCompose(path: string): boolean {
  return /(?:^|[/._-])(?:docker-)?compose(?:[._-][^/]*)?\.ya?ml(?:\.\w+)?$/i.test(path)
}

/** Returns whether a file sets the variables of one of several stacks: `.env.demo`, `env.high.template`. */
export function isOfVariant(path: string): boolean {
  const [, stack = ''] =
    /(?:^|\/)(?:\.env\.([\w.-]+)|env\.([\w-]+)\.(?:template|example|sample|dist))$/.exec(path)?.filter(Boolean) ?? []
  return stack.split('.').some((word) => !/^(?:|example|sample|local|template|dist|dev|development)$/.test(word))
}

/** Returns whether a file of compose is a variant of the main one. */
export function isOfComposeVariant(path: string): boolean {
  return isOfCompose(path) && !/(?:^|\/)(?:docker-)?compose\.ya?ml$/i.test(path)
}

/** Returns whether a file contains settings of Laravel. */
export function isOfLaravel(path: string): boolean {
  return /(?:^|\/)config\/(?!settings)[\w-]+\.php$/.test(path)
}

/** Returns whether a file builds an image. */
export function isOfImage(path: string): boolean {
  return /(?:^|[/.-])(?:docker|container)file(?:[.-][\w.-]+)?$/i.test(path)
}

/** Returns whether a file configures tests, which start a separate server. */
export function isOfTests(path: string): boolean {
  return /(?:^|\/)(?:setup-?)?(?:playwright|cypress|vitest|jest|wdio)[\w.-]*\.\w+$/i.test(path)
}

/** Returns whether a file has the profiles with which Visual Studio starts a program. */
export function isLaunchProfile(path: string): boolean {
  return /(?:^|\/)launchSettings\.json$/i.test(path)
}

/** Returns whether a file configures another product, in its own container: `grafana.ini`, `redis.conf`. */
export function isOfProduct(path: string): boolean {
  return /\.(?:ini|cfg|conf|cnf)$/.test(path)
}

/**
 * Returns whether a number is free to choose because a job of continuous integration has its machine to itself: all but an
 * address there, or the value of a service's variable, of a service or a past one.
 */
export function isFreeInJob(
  { path, port, host, attribution }: Occurrence,
  registry: Pick<PortRegistry, 'findService'>,
): boolean {
  if (!isJob(path)) return false
  const status = registry.findService(port)?.status
  const isKnown = status === 'assigned' || status === 'retired'
  return !isKnown || !(host === 'local' || attribution?.by === 'variable')
}

/** Returns whether a number is never a reason for a finding, whatever it is. */
export function isSilent(occurrence: Occurrence): boolean {
  return isAside(occurrence) || (occurrence.host === 'named' && !occurrence.attribution)
}

/** Returns whether a number is no evidence of the services of its repository, whatever they are called. */
export function isAside({ path, role, host, ...occurrence }: Occurrence): boolean {
  const { isComment, isTest, isPast, isComparison, isExample, isElsewhere, attribution } = occurrence
  if (isComment || isTest || isPast || isComparison || isExample || isElsewhere || role === 'mention') return true
  // `CORE_URL=http://localhost:3002 pnpm dev` may reach another service than it names.
  if (occurrence.isOneRun && !(role === 'reach' && attribution?.by === 'variable')) return true
  // A hosting platform sets `PORT`.
  if (occurrence.override === 'PORT' && /(?:^|\/)(?:Procfile|railway\.\w+|nixpacks\.toml|render\.ya?ml)$/.test(path))
    return true
  if (host === 'remote' || host === 'variable') return true
  if (occurrence.override !== undefined && testVariable.test(occurrence.override)) return true
  // `TEST_DATABASE_URL`, but not `TEST_RUNNER_PORT` of the service `testRunner`.
  const isOfTest = ({ kind, text }: Occurrence['evidence'][number]) => kind === 'variable' && testVariable.test(text)
  if (attribution === undefined && occurrence.evidence.some(isOfTest)) return true
  return [testPath, pastPath, datedPath, asidePath, apart].some((pattern) => pattern.test(path))
}
