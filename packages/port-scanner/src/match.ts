/** Whether a port is open on this machine or only inside a container's network. */
export type Side = 'host' | 'container'

/**
 * The use of a number.
 *
 * - `listen`: a process binds it: `app.listen(3000)`, nginx `listen 80`, a dev server's configuration
 * - `publish`: the host half of a publication: `3010` in `"3010:3000"`
 * - `inner`: the container half of a publication, a Service's `targetPort`
 * - `expose`: `EXPOSE`, compose `expose`, a pod's `containerPort`
 * - `reach`: a client connects to it: an address, an upstream, a proxy target
 * - `scrape`: a Prometheus target
 * - `probe`: a health check
 * - `value`: the value of a variable or a key: `CORE_PORT=3001`, `port: 3001`
 * - `default`: a fallback of a variable: `process.env.PORT ?? 3001`, `${CORE_PORT:-3001}`
 * - `flag`: an argument of a command: `--port 3001`, `-p 3001`
 * - `label`: a document attaches it to a label: a table cell, a list item, "core runs on port 3001"
 * - `mention`: a port, but without any statement: never reported
 */
export type Role =
  | 'listen'
  | 'publish'
  | 'inner'
  | 'expose'
  | 'reach'
  | 'scrape'
  | 'probe'
  | 'value'
  | 'default'
  | 'flag'
  | 'label'
  | 'mention'

/**
 * A name that belongs to a number. Readers copy the name as it is written; attribution compares it with the registry.
 *
 * - `variable`: the variable, key or field whose value the number is: `CORE_PORT`, `coreUrl`, `PORT`
 * - `block`: the compose service, container, Kubernetes object, Helm chart, Nx project, Procfile line, systemd unit,
 *   launch entry, CI service or scrape job that holds the number
 * - `host`: the host of an address: `acme-core` in `http://acme-core:3001`
 * - `image`: the last part of a container image's name, without tag: `grafana`
 * - `label`: the whole label or subject in a document
 * - `hint`: anything else (a heading, a word in the same sentence): never a reason for a finding
 */
export interface Evidence {
  readonly kind: 'variable' | 'block' | 'host' | 'image' | 'label' | 'hint'
  readonly text: string
}

/**
 * Where an address leads.
 *
 * - `local`: this machine: localhost, 127.0.0.1, 0.0.0.0, [::1], host.docker.internal
 * - `named`: one label without a dot, such as a compose service
 * - `variable`: the host is or contains a variable or a placeholder
 * - `remote`: another machine
 */
export type HostKind = 'local' | 'named' | 'variable' | 'remote'

/** How a port is published on the host. */
export interface Publication {
  /** Address of the host; undefined means every address. */
  readonly address?: string | undefined
  readonly protocol: 'tcp' | 'udp'
  /** Compose profiles that start it; undefined means that it always starts. */
  readonly profiles?: readonly string[] | undefined
}

/** A kind of place that has to follow a service's variable when the service moves. */
export type Follower = 'health check' | 'base URL' | 'proxy target' | 'script'

/** A number in a file that is a port, with everything a rule needs. Offsets count UTF-16 code units from 0. */
export interface Match {
  readonly port: number
  readonly start: number
  /** First code unit after the number. */
  readonly end: number
  readonly side: Side
  readonly role: Role
  /** Names in any order; attribution ranks them by kind. */
  readonly evidence: readonly Evidence[]
  /** Where an address leads; undefined for a number without an address. */
  readonly host?: HostKind
  /** Whether the host is every address of a machine, such as 0.0.0.0: a server's own. */
  readonly isWildcard?: boolean
  /** The first part of an address's path: `merchant` in `http://localhost:3000/merchant/1`. */
  readonly route?: string
  /** Scheme of an address in lower case: `http`, `mongodb`; `sql` for a connection string without one. */
  readonly scheme?: string
  /** Container half of the publication that the number belongs to. */
  readonly innerPort?: number | undefined
  /** Host half of the publication whose container half the number is. */
  readonly outerPort?: number
  /** Variable without a default that is the host half: `CORE_PORT` in `${CORE_PORT}:3000`. */
  readonly outerVariable?: string
  readonly publication?: Publication | undefined
  /** The Dockerfile that the container is built from, from the directory of the file. */
  readonly dockerfile?: string | undefined
  /** Last number of a range: 3005 in `3000-3005`. */
  readonly rangeEnd?: number
  /** Variable that replaces the number when it is set: `CORE_PORT` in `${CORE_PORT:-3001}`. */
  readonly override?: string
  /** Set where a service's variable has to reach; a finding when `override` is missing. */
  readonly follower?: Follower
  /** Identifies the list in its file whose numbers belong to one owner, such as the `ports` of one container. */
  readonly group?: string
  readonly isComment?: boolean
  /** A statement about the past: "moved from 3003 to 3000". */
  readonly isPast?: boolean
  /** The number is only compared: `port === 3001`. */
  readonly isComparison?: boolean
  readonly isListItem?: boolean
  /** Assertion or fixture inside a file that is not itself a test, such as Rust's `#[cfg(test)]`. */
  readonly isTest?: boolean
  /** An example: "e.g. http://localhost:4001". */
  readonly isExample?: boolean
  /** Set on purpose for one run of a command: `CORE_PORT=4001 pnpm dev` in a document. */
  readonly isOneRun?: boolean
  /** An address that a sentence asks people to open. */
  readonly isForBrowser?: boolean
  /** Belongs to another machine: a CI job's service container, a cloud's security group. */
  readonly isElsewhere?: boolean
}

/** Largest number that is read as a port. 65535 itself is nearly always a limit, not a port. */
const maxPort = 65_534

/**
 * Returns the port that a text consists of, or undefined.
 *
 * @example
 * parsePort('30_795') // 30795
 */
export function parsePort(text: string): number | undefined {
  if (!/^[1-9]\d{1,4}$|^[1-9]\d{0,2}_\d{3}$/.test(text)) return undefined
  const port = Number(text.replace('_', ''))
  return port <= maxPort ? port : undefined
}

/** Returns whether a number is in the range that Kubernetes has for ports of nodes, by default. */
export function isNodePort(port: number): boolean {
  return port >= 30_000 && port < 32_768
}

/** Returns the matches moved by an offset, for a text that is embedded in another one. */
export function shift(matches: readonly Match[], offset: number): Match[] {
  return offset === 0
    ? [...matches]
    : matches.map((match) => ({ ...match, start: match.start + offset, end: match.end + offset }))
}

/** Returns the matches with further fields and, after their own, further evidence. */
export function extend(
  matches: readonly Match[],
  { evidence = [], ...fields }: Partial<Omit<Match, 'port' | 'start' | 'end'>>,
): Match[] {
  return matches.map((match) => ({ ...match, ...fields, evidence: [...match.evidence, ...evidence] }))
}

/** Returns the matches in the order of the text; of several for one number, the first given. */
export function merge(...lists: readonly (readonly Match[])[]): Match[] {
  const byStart = new Map<number, Match>()
  for (const match of lists.flat()) if (!byStart.has(match.start)) byStart.set(match.start, match)
  return [...byStart.values()].toSorted((one, other) => one.start - other.start)
}
