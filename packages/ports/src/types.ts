import type { history, RangeDefinition, ranges, ServiceDefinition, services } from './registry.js'

/** The name of a registered service. */
export type ServiceName = keyof typeof services

/** The registered port of one service, as a literal. */
export type PortOf<Name extends ServiceName> = (typeof services)[Name]['port']

/** Any registered port. */
export type RegisteredPort = PortOf<ServiceName>

/** A port that a service left and that nobody holds now. */
export type RetiredPort = Exclude<(typeof history)[number]['from'], RegisteredPort>

/** The origin of a registered service on this machine, such as `http://localhost:3000`. */
export type LocalOrigin = {
  [Name in ServiceName]: `${(typeof services)[Name]['scheme']}://localhost:${PortOf<Name>}`
}[ServiceName]

/** The variable that overrides a service's port. */
export type PortVariable = (typeof services)[ServiceName]['variable']

/** A range's name. */
export type RangeName = keyof typeof ranges

/** The default port of every service. */
export type Ports = { readonly [Name in ServiceName]: PortOf<Name> }

/** What is known of every service; a field that a service does not have is undefined. */
export type Services = { readonly [Name in ServiceName]: ServiceDefinition<RangeName> & (typeof services)[Name] }

/** Every range, by name. */
export type Ranges = { readonly [Name in RangeName]: RangeDefinition & (typeof ranges)[Name] }
