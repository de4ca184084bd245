/** Methods that bind the port they are given: `app.listen(3000)`. */
const listening = /^(?:listen|listenAsync|bindAsync|attach)$/

/** Functions and classes that start a server with `{ port }`, or with a port as an argument. */
const serving =
  /^(?:serve|server|WebSocketGateway|WebSocketServer|\w*Server|(?:start|create|run|launch|boot)(?:Http|Express|Standalone|Web)?(?:Server|App|Application|Api)|(?:create|connect)Microservice)$/

/** Functions that return the value, or the configuration, that they are given; `getPort` returns any free port. */
const converting =
  /^(?:Number|String|Integer|Optional|(?:normali[sz]e|parse|to)\w*|BigInt|freeze|stringify|assign|resolve|registerAs|object|strictObject|createEnv|cleanEnv|convict|str|int|num|port|url|host|Map|fromEntries|number|string|integer|cast|merge\w*|(?:define|with|extend|get(?!Port\b)|load|make|configure)\w*|\w*[cC]onfig(?:uration)?)$/

/** Methods whose argument is the default of what they are called on: `z.number().default(3000)`. */
const defaulting = /^(?:default|prefault|catch|fallback|withDefault|orElse|getOrElse|unwrapOr|defaultTo)$/

/** Functions and classes that connect to the port they are given. */
const connecting = /^(?:connect|createConnection|Redis|IORedis|Memcached)$/

/** Functions that run a command. */
const running = /^(?:exec|execSync|spawn|spawnSync|execa|execaSync|execaCommand|shell|run|runCommand|\$)$/

/** Functions of tests, and methods that compare. */
const testing =
  /^(?:describe|it|test|suite|expect|assert|beforeEach|beforeAll|before|afterEach|each|equal|strictEqual|deepEqual|skip|only|includes|startsWith|endsWith|indexOf)$/

/** The use of a port in a call; the key is the callee's name. */
export type CallKind = 'listen' | 'convert' | 'default' | 'connect' | 'run' | 'test' | 'other'

/** Returns the use of a port as an argument of a function, a method or a class. */
export function kindOfCall(name: string, isMethod: boolean): CallKind {
  if (isMethod && listening.test(name)) return 'listen'
  if (isMethod && defaulting.test(name)) return 'default'
  if (testing.test(name)) return 'test'
  if (running.test(name)) return 'run'
  if (connecting.test(name)) return 'connect'
  if (serving.test(name)) return 'listen'
  return converting.test(name) ? 'convert' : 'other'
}
