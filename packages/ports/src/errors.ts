/** What kind of problem a `PortConfigError` reports. */
export type PortConfigCode = 'INVALID_PORT' | 'INVALID_OFFSET' | 'INVALID_URL' | 'COLLISION'

/** One problem with one variable. */
export interface PortConfigIssue {
  readonly code: PortConfigCode
  /** The service that was asked for. */
  readonly service: string
  /** The environment variable to mend; `service` for a name that is not registered. */
  readonly variable: string
  /** Its value, shortened and without any secret. */
  readonly value: string
  /** The variable, the value, the expected value, and the fix. */
  readonly message: string
}

/** The environment asks for a port, a host or an origin that cannot be. Lists every problem found. */
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
