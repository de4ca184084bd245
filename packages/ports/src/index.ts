export { getListenPort, getPort, type Env } from './env.js'
export { PortConfigError, type PortConfigCode, type PortConfigIssue } from './errors.js'
export { findService, isRegisteredPort, type PortRecord } from './lookup.js'
export { getDatabaseUrl, getHost, getOrigin } from './origin.js'
export { resolvePorts } from './resolve.js'
export { history, PORTS, ranges, retired, services } from './tables.js'
export type { Move, RangeDefinition, RetiredService, ServiceDefinition } from './registry.js'
export type {
  KnownName,
  LocalOrigin,
  PortOf,
  Ports,
  PortVariable,
  RangeName,
  Ranges,
  RegisteredPort,
  Retired,
  RetiredName,
  RetiredPort,
  ServiceName,
  Services,
} from './types.js'
