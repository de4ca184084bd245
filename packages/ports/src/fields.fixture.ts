const long = (length: number) => 'a'.repeat(length)
/** Texts that are not one line, or that reorder one. */
const notLines = [
  'a\nB=1',
  'a\r',
  'a\u0000',
  'a\u001B[31m',
  'a\u007F',
  'a\u0085',
  'a\u2028b',
  'a\u2029b',
  'a\u202Eb',
  'a\u2066b',
]

/** Values that a field of a service refuses. */
export const refusedFields = [
  ...values('port', [0, 65_536, 7006.5, '7006', NaN, null, undefined]),
  ...values('containerPort', [0, 65_536, -1, 80.5, '80']),
  ...values('containerName', [
    '',
    'Pay Service',
    '$(id)',
    'a_b',
    'a.b',
    '-a',
    'a-',
    'Ab',
    'a\n',
    'constructor',
    long(64),
    7,
    undefined,
  ]),
  ...values('variable', [
    ...[
      'billing_port',
      'BILLING',
      '_PORT',
      'PORT',
      '1_PORT',
      'BILLING_PORT\n',
      'A B_PORT',
      `${long(59).toUpperCase()}_PORT`,
      7,
    ],
    ...['DATABASE_PORT', 'DOCKER_PORT', 'CONTAINER_PORT', 'DRIFTOS_PORT', 'PUBLIC_PORT', 'BASE_PORT', 'VERCEL_PORT'],
  ]),
  ...values('scheme', ['ftp', 'HTTP', 'http:', '', 7, undefined]),
  ...['healthPath', 'metricsPath'].flatMap((field) =>
    values(field, [
      'health',
      '',
      '/a b',
      '/a\nb',
      '/$(id)',
      '/`id`',
      '/"',
      "/'",
      '/a#b',
      '/\\',
      '/é',
      `/${long(200)}`,
      7,
    ]),
  ),
  ...values('healthText', [...notLines, long(201), 7]),
  ...values('status', ['reserved', '', undefined]),
  ...['summary', 'reuses', 'pinned'].flatMap((field) => values(field, [...notLines, '', ' ', long(201), 7])),
  ...values('summary', [undefined]),
  ...values('aliases', [...notLines.map((line) => [line]), [''], ['constructor'], [long(64)], [7], 'llm']),
]

/** Values that a field of a service accepts, at its bounds. */
export const acceptedFields = [
  ...values('containerPort', [1, 80, 65_535, undefined]),
  ...values('containerName', ['a', '7', 'mail-pit', long(63)]),
  ...values('variable', [
    'A_PORT',
    'A1_B2_PORT',
    'A__PORT',
    `${long(58).toUpperCase()}_PORT`,
    'USER_SERVICE_PORT',
    'MY_DATABASE_PORT',
  ]),
  ...values('scheme', [
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
  ]),
  ...values('healthPath', ['/', '/-/healthy', '/a?b=c&d=%20', `/${long(199)}`, undefined]),
  ...values('metricsPath', ['/metrics', '/actuator/prometheus']),
  ...values('healthText', ['', '"database"', long(200)]),
  ...values('summary', ['a', 'Größe: 3 × 2, "quoted" | $HOME', long(200)]),
  ...values('pinned', ["the identity provider's redirect URI"]),
  ...values('aliases', [[], ['llm', 'large model']]),
]

/** Names that no service, range or retired service may have. */
export const refusedNames = [
  ...[
    'constructor',
    'toString',
    'toLocaleString',
    'valueOf',
    'hasOwnProperty',
    'isPrototypeOf',
    'propertyIsEnumerable',
  ],
  ...['__proto__', '__defineGetter__', 'driftos-billing', 'Billing', '', '7', 'a b', 'a\n', 'ä', long(64)],
]

function values(field: string, list: readonly unknown[]) {
  return list.map((value) => ({ field, value }))
}
