import { readAssignment, type Spelled } from '../assignment.js'
import { classifyHost, findAddresses, hostFields } from '../address.js'
import { findComments, isInside } from '../comments.js'
import { amend } from './yaml-dialect.js'
import { merge, parsePort, shift, type Match, type Role, type Side } from '../match.js'

const number = String.raw`(?:(?<port>\d{2,5})(?![\w.:/-])|\$\$?\{(?<variable>\w{1,60}):?-(?<fallback>\d{2,5})\})`
/** Between a flag and its value: on one line, or two items of a list. */
const gap = String.raw`(?:=|["']?,?[ \t]*(?:\r?\n[ \t]*-)?[ \t]+["']?|["'],["'])["']?`
/** Between the words of a command, or the items of a list. */
const between = String.raw`["']?,?[ \t]+["']?`
/** A host on which a program listens. */
const ownHost = String.raw`0\.0\.0\.0|127\.0\.0\.1|localhost|\*|\[::1?\]`
const statements: readonly (readonly [RegExp, Role])[] = [
  [
    new RegExp(String.raw`(?<![\w-])--?(?<name>(?:[a-z][\w.]{0,30}[-._])?[a-z]{0,20}port)${gap}${number}`, 'dgi'),
    'flag',
  ],
  [new RegExp(String.raw`(?<![\w-])-[pP]${gap}${number}`, 'dg'), 'flag'],
  [
    // `--inspect` and the like are a debugger's; `lsof -i :3000` looks for a process.
    new RegExp(
      String.raw`(?<![\w-])--?(?<name>(?=[\w.-]{0,40}(?:addr|listen|bind|http|grpc|port|serve|host))(?!inspect|debug)[a-z][\w.-]{0,40}?)${gap}(?:0\.0\.0\.0|\*|\[::\])?:${number}`,
      'dgi',
    ),
    'listen',
  ],
  // `gunicorn -b :3000`, `php -S localhost:3000`, `manage.py runserver 3000`
  [new RegExp(String.raw`(?<![\w-])-[bS]${gap}(?:tcp:\/\/)?(?:${ownHost})?:${number}`, 'dg'), 'listen'],
  [new RegExp(String.raw`(?<![\w-])--(?<name>bind|listen)${gap}(?:${ownHost}):${number}`, 'dg'), 'listen'],
  [new RegExp(String.raw`\brunserver(?:_plus)?${gap}(?:(?:${ownHost}):)?${number}`, 'dg'), 'listen'],
  [new RegExp(String.raw`\bserve(?:${gap}[\w./-]{1,60}){0,3}?${gap}-l${gap}${number}`, 'dg'), 'listen'],
  [new RegExp(String.raw`(?<![\w$])(?<name>[A-Z][A-Z\d_]{0,40}_PORT|PORT)=["']?${number}`, 'dg'), 'value'],
  [new RegExp(String.raw`\/dev\/tcp\/(?<host>[\w.-]{1,60})\/${number}`, 'dg'), 'reach'],
  [new RegExp(String.raw`\bnc(?:${between}-\w+)+${between}(?<host>[\w.-]{1,60})${between}${number}`, 'dg'), 'reach'],
]

/** Names of a flag that mean a program's own port or nothing in particular. */
const unnamed =
  /^(?:port|addr|address|listen|bind|host|http|https|app-port|D?(?:(?:quarkus|micronaut)\.)?(?:server|http)\.port)$/i

/** Commands whose arguments are addresses without a scheme. */
const waits = /wait-?(?:for|on)|dockerize|bootstrap[.-]servers?|brokers?|[-.]addr(?:ess)?\b/i

/**
 * Returns the ports of a command: flags, addresses that it binds or reaches, and variables before it.
 *
 * @param side - where the command runs
 * @param local - the role of an address on the command's own machine: `probe` for a health check
 */
export function readCommand({ text, start }: Spelled, side: Side, local: Role = 'reach'): Match[] {
  // FastCGI is reached by the server in front of a program, not by its clients.
  if (!/\d\d/.test(text) || /\bcgi-fcgi\b/.test(text)) return []
  const own = statements.flatMap(([pattern, role]) =>
    [...text.matchAll(pattern)].flatMap((found) => readStatement(found, role, text)),
  )
  const isDebugger = ({ start: at }: Match) => /--(?:inspect|debug)[\w-]*[= ][\w.]*:$/.test(text.slice(0, at))
  const reached = findAddresses(text, { isBare: waits.test(text) }).filter((match) => !isDebugger(match))
  const comments = findComments(text, { line: ['#'] })
  const found = amend(merge(own, reached), (match) => {
    const isLocal = match.host === undefined || match.host === 'local'
    const isReached = match.role === 'reach' || (local === 'probe' && match.role === 'flag')
    return {
      ...(isLocal && { side }),
      ...(isLocal && isReached && { role: local }),
      // In a container, only settings of a web server listen without being the package's own.
      ...(side === 'container' && match.role === 'listen' && { role: 'flag' }),
      ...(isInside(comments, match.start) && { isComment: true }),
    }
  })
  return shift(found, start)
}

/** Returns the ports of a command after variables: `CORE_URL=http://localhost:3001 pnpm dev`. */
export function readPrefixed(command: Spelled): Match[] {
  const set = [...command.text.matchAll(/(?<=^|\s)([A-Z_][A-Z\d_]*)=(\S+)/dg)].flatMap(
    ({ 1: name, 2: value, indices }) => readAssignment(name!, { text: value!, start: command.start + indices![2]![0] }),
  )
  return merge(set, readCommand(command, 'host'))
}

function readStatement(found: RegExpExecArray, role: Role, text: string): Match[] {
  const { name, port, variable, fallback } = found.groups!
  const value = parsePort(port ?? fallback!)
  if (value === undefined) return []
  const [start, end] = found.indices!.groups![port === undefined ? 'fallback' : 'port']!
  const before = text.slice(Math.max(0, found.index - 80), found.index)
  // A debugger listens, not the program.
  if (name === 'listen' && /\b(?:debugpy["',]*\s+["']?|dlv\b[^\n;&|]*)$/.test(before)) return []
  const client =
    role === 'flag'
      ? /(?:^|\s)(?:-h|--host)[ =]+["']?([^\s"']{1,60})["']?\s+(?:-\S+\s+)*$/.exec(before)?.[1]
      : undefined
  // A server's `--host 0.0.0.0` is the address that it binds.
  const isBound = client !== undefined && classifyHost(client).kind === 'local'
  const host = found.groups!['host'] ?? (isBound ? undefined : client)
  // `dapr run --app-id core --app-port 3001`
  const program = name === 'app-port' ? /-app-id["']?[=,\s]+["']?([\w-]{1,60})/.exec(text)?.[1] : undefined
  const address = host === undefined ? undefined : hostFields(host)
  return [
    {
      port: value,
      start,
      end,
      side: 'host',
      role: address ? 'reach' : role,
      ...address,
      evidence: [
        ...(address?.evidence ?? []),
        ...(variable === undefined ? [] : [{ kind: 'variable', text: variable } as const]),
        // A flag is one name: `--entrypoints.web.address` is no path that leads to `web`.
        ...(name === undefined || unnamed.test(name)
          ? []
          : [{ kind: 'variable', text: name.replaceAll('.', '-') } as const]),
        ...(program === undefined ? [] : [{ kind: 'block', text: program } as const]),
      ],
      ...(variable !== undefined && { override: variable }),
    },
  ]
}
