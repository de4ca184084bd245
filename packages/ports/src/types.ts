import type {
  history,
  RangeDefinition,
  ranges,
  retired,
  RetiredService,
  ServiceDefinition,
  services,
} from './registry.js'

/** The name of a registered service. */
// Mapped, and not a plain `keyof`, so that compilers call it by this name in their errors.
export type ServiceName = { [Name in keyof typeof services]: Name }[keyof typeof services]

/** The name of a retired service. */
export type RetiredName = keyof typeof retired

/** The name of a registered or retired service. */
export type KnownName = keyof (typeof services & typeof retired)

/**
 * The parameter of a getter: a registered name is accepted; a retired one is replaced by a text that the compiler shows in
 * its error; any other name becomes `never`.
 */
export type RetirementMessage<Name extends string> = Name extends RetiredName
  ? `retired (port ${(typeof retired)[Name]['port']}): ${(typeof retired)[Name]['reason']}`
  : Extract<Name, ServiceName>

/** The registered port of one service, as a literal. */
export type PortOf<Name extends ServiceName> = (typeof services)[Name]['port']

/** Any registered port. */
export type RegisteredPort = PortOf<ServiceName>

/** A past port of a service that no service has now. */
export type RetiredPort = Exclude<
  [left: (typeof history)[number]['from'], last: (typeof retired)[RetiredName]['port']][number],
  RegisteredPort
>

/** The origin of a registered service on this machine: scheme, `localhost` and port. */
export type LocalOrigin = {
  [Name in ServiceName]: `${(typeof services)[Name]['scheme']}://localhost:${PortOf<Name>}`
}[ServiceName]

/** The variable that overrides a service's port. */
export type PortVariable = (typeof services)[ServiceName]['variable']

/** A range's name. */
export type RangeName = keyof typeof ranges

/** The default port of every service. */
export type Ports = { readonly [Name in ServiceName]: PortOf<Name> }

/** Every field of every service; a field that a service does not have is undefined. */
export type Services = { readonly [Name in ServiceName]: ServiceDefinition<RangeName> & (typeof services)[Name] }

/** Every range; each key is a name. */
export type Ranges = { readonly [Name in RangeName]: RangeDefinition & (typeof ranges)[Name] }

/** Every retired service; each key is a name. */
export type Retired = { readonly [Name in RetiredName]: RetiredService & (typeof retired)[Name] }
