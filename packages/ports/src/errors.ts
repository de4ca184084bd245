/** What kind of problem a `PortConfigError` reports. */
export type PortConfigCode = 'INVALID_PORT' | 'INVALID_OFFSET' | 'INVALID_URL' | 'COLLISION'

/** One problem with one variable. */
export interface PortConfigIssue {
  readonly code: PortConfigCode
  /** The requested service. */
  readonly service: string
  /** The environment variable to fix; `service` for a name that is not registered. */
  readonly variable: string
  /** Its value, shortened and without any secret. */
  readonly value: string
  /** The variable, the value, the expected value, and the fix. */
  readonly message: string
}

/** Reports invalid variables for a port, a host or an origin, with every problem in `issues`. */
export class PortConfigError extends Error {
  /** The first problem's code. */
  declare readonly code: PortConfigCode
  declare readonly issues: readonly [PortConfigIssue, ...PortConfigIssue[]]

  constructor(message: string, issues: readonly [PortConfigIssue, ...PortConfigIssue[]]) {
    super(message)
    this.name = 'PortConfigError'
    this.code = issues[0].code
    this.issues = issues
  }
}
