/**
 * The rules for single fields of a registry, one place for each pattern: `defineRegistry`, the zod schema and
 * `ports.schema.json` all use them.
 */

/** The schemes that a service can have. */
export const schemes = [
  'http',
  'https',
  'grpc',
  'postgresql',
  'mysql',
  'mongodb',
  'redis',
  'amqp',
  'smtp',
  'tcp',
  'udp',
] as const

/** The states that a service can have. */
export const statuses = ['active', 'legacy'] as const

/** The first port that Linux hands out to clients; the ranges of Windows and of the IANA lie above it. */
export const firstEphemeralPort = 32_768

/** The first port that any user may bind, and the ports below it that a registry may hold. */
export const firstUserPort = 1024
export const allowedSystemPorts: readonly number[] = [80, 443]

/** A rule for a text: its pattern, and the words of its refusal. */
export interface TextRule {
  readonly pattern: RegExp
  readonly expected: string
  readonly fix: string
}

const inherited = 'constructor|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString|toString|valueOf'
// Line breaks, other control characters, and the characters that reorder a line.
const control = '\\u0000-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069'
// `DATABASE_URL`, `DOCKER_HOST`, `DRIFTOS_PORT_OFFSET` and the others have a meaning of their own.
const takenPrefixes = 'BASE|CONTAINER|DATABASE|DOCKER|DRIFTOS|PUBLIC|VERCEL'

const line: TextRule = {
  pattern: new RegExp(`^(?=.*\\S)[^${control}]{1,200}$`),
  expected: 'one line of 1 to 200 characters',
  fix: 'Shorten it and remove line breaks and control characters',
}

const pathRule: TextRule = {
  pattern: /^\/[\w.~!*+,:@%/?&=-]{0,199}$/,
  expected:
    'a path that starts with / and has only letters, digits and - . _ ~ ! * + , : @ % / ? & =, at most 200 characters',
  fix: 'Percent-encode other characters',
}

/** The rules for texts, by the field that they are for. */
export const texts = {
  name: {
    pattern: new RegExp(`^(?!(?:${inherited})$)[a-z][a-zA-Z\\d]{0,62}$`),
    expected: 'a camelCase name of at most 63 letters and digits that no JavaScript object inherits',
    fix: 'Rename it, for example to `shop`',
  },
  containerName: {
    pattern: /^(?!constructor$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/,
    expected: 'a DNS label: a-z, 0-9 and hyphens inside, at most 63 characters',
    fix: 'Rename it, for example to `acme-shop`',
  },
  variable: {
    pattern: new RegExp(`^(?!(?:${takenPrefixes})_PORT$)(?=.{6,63}$)[A-Z][A-Z\\d_]*_PORT$`),
    expected: `a name such as SHOP_PORT: upper case, ends in _PORT, at most 63 characters, and none of ${takenPrefixes.replaceAll('|', '_PORT, ')}_PORT, whose _URL, _HOST or _OFFSET sibling means something else`,
    fix: 'Rename it, for example to SHOP_PORT',
  },
  healthPath: pathRule,
  metricsPath: pathRule,
  healthText: {
    pattern: new RegExp(`^[^${control}]{0,200}$`),
    expected: 'one line of at most 200 characters',
    fix: line.fix,
  },
  alias: {
    pattern: new RegExp(`^(?!(?:${inherited})$)(?=.*\\S)[^${control}]{1,63}$`),
    expected: 'one line of 1 to 63 characters that no JavaScript object inherits as a name',
    fix: line.fix,
  },
  line,
} as const satisfies Record<string, TextRule>

/** A problem of a registry, and where in the registry it is. */
export interface Problem {
  readonly path: (string | number)[]
  readonly message: string
}

/** What a field accepts, and how to fix another value. */
type Expectation = Pick<TextRule, 'expected' | 'fix'>
/** Returns what a field expects instead of a value; undefined for a value that it accepts. */
type Check = (value: unknown) => Expectation | undefined
type Checks = Readonly<Record<string, Check>>
type Fields = Readonly<Record<string, unknown>>

/** Returns the refusal of one field's value. */
export function refusal(field: string, value: unknown, { expected, fix }: Expectation): string {
  const shown = typeof value === 'object' ? kindOf(value) : (JSON.stringify(value) ?? kindOf(value))
  return `${field}: expected ${expected}, got ${shown.length > 80 ? `${shown.slice(0, 79)}…` : shown}. ${fix}.`
}

const isText =
  ({ pattern, ...expectation }: TextRule): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : expectation
const isOneOf =
  (values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value) ? undefined : { expected: `one of ${values.join(', ')}`, fix: 'Use one of these' }
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value)
const isPort: Check = (value) =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536
    ? undefined
    : { expected: 'a whole number from 1 to 65535', fix: 'Use another number' }
const isObject: Check = (value) =>
  kindOf(value) === 'an object' ? undefined : { expected: 'an object', fix: 'Write {} for an empty one' }
const isList: Check = (value) =>
  Array.isArray(value) ? undefined : { expected: 'an array', fix: 'Write [] for an empty one' }
const isListOfAliases: Check = (value) =>
  isList(value) ?? (value as unknown[]).map(isText(texts.alias)).find((expectation) => expectation)
const isSpan: Check = (value) =>
  isObject(value) ??
  isPort((value as Fields)['first']) ??
  isPort((value as Fields)['last']) ??
  (Object.keys(value as Fields).length > 2
    ? { expected: 'the fields first and last', fix: 'Remove the others' }
    : undefined)
const isString: Check = (value) =>
  typeof value === 'string' ? undefined : { expected: 'a text', fix: 'Write it in quotes' }

const isName = isText(texts.name)
const isLine = isText(texts.line)

const tables: Checks = {
  services: isObject,
  ranges: isObject,
  history: isList,
  retired: optional(isObject),
  // What a JSON file may have too.
  $schema: optional(isString),
  version: optional(isString),
}
const fields: Readonly<Record<string, Checks>> = {
  services: {
    port: isPort,
    containerPort: optional(isPort),
    containerName: isText(texts.containerName),
    variable: isText(texts.variable),
    scheme: isOneOf(schemes),
    healthPath: optional(isText(texts.healthPath)),
    healthText: optional(isText(texts.healthText)),
    metricsPath: optional(isText(texts.metricsPath)),
    group: optional(isLine),
    status: isOneOf(statuses),
    summary: isLine,
    aliases: optional(isListOfAliases),
    reuses: optional(isLine),
    pinned: optional(isLine),
  },
  ranges: { first: isPort, last: isPort, reserved: optional(isSpan), summary: isLine },
  history: { service: isLine, from: isPort, to: isPort, reason: isLine },
  retired: { port: isPort, reason: isLine },
}

/**
 * Returns a problem for every name and field of a registry that is not accepted by itself.
 *
 * @param options.isStrict - whether a field that no registry has is a problem; a later version of a package may have more
 */
export function* findFieldProblems(
  registry: unknown,
  { isStrict }: { readonly isStrict: boolean },
): Generator<Problem> {
  yield* problemsOf(registry, tables, [], isStrict)
  if (isObject(registry)) return
  for (const [table, checks] of Object.entries(fields)) {
    const entries = (registry as Fields)[table] ?? {}
    if (tables[table]!(entries)) continue
    for (const [key, entry] of Object.entries(entries)) {
      const path = [table, Array.isArray(entries) ? Number(key) : key]
      const expectation = Array.isArray(entries) ? undefined : isName(key)
      if (expectation) yield { path, message: refusal(`the name of an entry in \`${table}\``, key, expectation) }
      yield* problemsOf(entry, checks, path, isStrict)
    }
  }
}

function* problemsOf(entry: unknown, checks: Checks, path: (string | number)[], isStrict: boolean): Generator<Problem> {
  const notObject = isObject(entry)
  if (notObject) {
    yield { path, message: refusal(path.join('.') || 'the registry', entry, notObject) }
    return
  }
  for (const [field, check] of Object.entries(checks)) {
    const value = (entry as Fields)[field]
    const expectation = check(value)
    if (expectation) yield { path: [...path, field], message: refusal([...path, field].join('.'), value, expectation) }
  }
  if (!isStrict) return
  for (const field of Object.keys(entry as Fields)) {
    if (Object.hasOwn(checks, field)) continue
    const place = [...path, field]
    const message = `${place.join('.')}: unknown field, expected one of ${Object.keys(checks).join(', ')}. Rename or remove it.`
    yield { path: place, message }
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
