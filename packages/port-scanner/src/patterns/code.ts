import { cLike, constants, defaults, hash, port } from './code-patterns.js'
import { anyCase, fallback, flag, listen, publish, reach, setting, type PatternDialect } from './pattern.js'
import { findRustTests } from './rust-tests.js'

/** Source code of languages without a parser here. */
export const codeRows: readonly PatternDialect[] = [
  {
    name: 'python',
    extensions: ['py', 'pyi', 'pyw'],
    languages: ['python', 'py', 'python3'],
    kind: 'code',
    comments: {
      line: ['#'],
      block: [
        ['"""', '"""'],
        ["'''", "'''"],
      ],
    },
    patterns: [
      ...defaults,
      listen`\b(?:run|run_app|run_server|run_simple|serve|launch|make_server|create_server|start_server|Config|listen)\((?:[^()]|\([^()]*\)){0,300}?\bport\s*=\s*${port}`,
      listen`\.listen\(\s*${port}`,
      listen`(?:Server|bind|run)\(\s*\(\s*["'][\w.:]*["']\s*,\s*${port}\s*\)`,
      reach`\bhost\s*=\s*["'](?<host>[\w.-]+)["']\s*,\s*port\s*=\s*${port}`,
      reach`connect(?:_ex)?\(\s*\(\s*["'](?<host>[\w.-]+)["']\s*,\s*${port}`,
      flag`["']--(?<name>[\w-]*port)["'](?:[^()]|\([^()]*\)){0,160}?\bdefault\s*=\s*["']?${port}`,
      // A field of a settings class.
      setting`^[ \t]+(?<name>port)\s*:\s*int\s*=\s*(?:Field\(\s*(?:default\s*=\s*)?)?${port}`,
      listen`^[ \t]*bind\s*=\s*f?["'][\w.*]*:${port}["']`,
      reach`^[ \t]*(?<name>\w+_(?:url|uri|origin|host)|\w+_(?:URL|URI|ORIGIN|HOST))\s*(?::\s*\w+)?\s*=\s*f?["'](?<scheme>\w[\w+.-]*):\/\/(?:[^\s@"'/]*@)?(?<host>[\w.-]{1,80}):${port}`,
      ...constants,
    ],
  },
  {
    name: 'go',
    extensions: ['go'],
    languages: ['go', 'golang'],
    kind: 'code',
    comments: cLike,
    patterns: [
      ...defaults,
      listen`\b(?:ListenAndServe(?:TLS)?|Listen|Run|RunTLS|Start|StartTLS)\(\s*(?:"(?:tcp|udp)[46]?"\s*,\s*)?"(?:[\w.*]*|\[::1?\])?:${port}"`,
      // `redis.Options{Addr: …}` is a client's.
      listen`(?<!\bOptions\{[^}]{0,80})\bAddr:\s*"(?:0\.0\.0\.0|127\.0\.0\.1|localhost)?:${port}"`,
      fallback`\bGetenv\("(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)"\)[^}]{0,120}?==\s*""[^}]{0,60}?=\s*":?${port}"`,
      fallback`\benv(?:config)?:"(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)[^"]*"[^\n]{0,60}?(?:envDefault|default):":?${port}"`,
      flag`\b(?:flag|Flags\(\)|pflag)\.\w+\((?:&[\w.]+\s*,\s*)?"(?<name>[\w.-]*port)"\s*,\s*(?:"\w"\s*,\s*)?"?${port}`,
      flag`\bflag\.\w+\((?:&[\w.]+\s*,\s*)?"(?:addr|listen|bind|http)[\w.-]*"\s*,\s*"[\w.]*:${port}"`,
      anyCase(fallback`\bSetDefault\("(?<name>[\w.]*port)"\s*,\s*"?${port}`),
      ...constants,
    ],
  },
  {
    name: 'rust',
    extensions: ['rs'],
    languages: ['rust', 'rs'],
    kind: 'code',
    comments: cLike,
    tests: findRustTests,
    patterns: [
      ...defaults,
      listen`\(\s*\[[\d\s,]+\]\s*,\s*${port}\s*\)`,
      listen`\bbind\w*\(\s*\(?\s*"[\w.:\[\]]*?(?:"\s*,\s*|:)${port}"?`,
      fallback`\benv\s*=\s*"(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)"[^)\n]{0,80}?default_value(?:_t)?\s*=\s*"?${port}`,
      fallback`default_value(?:_t)?\s*=\s*"?${port}"?[^)\n]{0,80}?\benv\s*=\s*"(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)"`,
      // A field of an argument parser; its variable has the field's name.
      fallback`#\[(?:clap|arg)\([^\]\n]{0,120}?default_value(?:_t)?\s*=\s*"?${port}"?[^\]\n]{0,120}\]\s*(?:pub\s+)?(?<name>\w*port)\s*:`,
      reach`#\[(?:clap|arg)\([^\]\n]{0,120}?default_value\s*=\s*"[a-z]+:\/\/(?<host>[\w.-]{1,80}):${port}[^\]\n]{0,120}\]\s*(?:pub\s+)?(?<name>\w+)\s*:`,
      ...constants,
    ],
  },
  {
    name: 'jvm',
    extensions: ['java', 'kt', 'kts', 'scala', 'groovy', 'gradle'],
    languages: ['java', 'kotlin', 'kt', 'scala', 'groovy'],
    kind: 'code',
    comments: cLike,
    patterns: [
      ...defaults,
      fallback`\$\{(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT):${port}\}`,
      fallback`\$\{server\.port:${port}\}`,
      anyCase(fallback`\$\{(?<name>[a-z][\w.-]*port):${port}\}`),
      listen`\b(?:ServerSocket|\.listen|Javalin[^;\n]*\.start)\(\s*${port}`,
      listen`\bembeddedServer\([^)\n]{0,80}?\bport\s*=\s*${port}`,
      ...constants,
    ],
  },
  {
    name: 'ruby',
    extensions: ['rb', 'ru', 'rake'],
    names: ['gemfile', 'rakefile', 'vagrantfile'],
    languages: ['ruby', 'rb'],
    kind: 'code',
    comments: { line: ['#'], block: [['=begin', '=end']] },
    patterns: [
      ...defaults,
      listen`^[ \t]*(?:set[ \t]+:port,|port)[ \t]+${port}`,
      publish`forwarded_port["']?,\s*guest:\s*(?<inner>\d{2,5}),\s*host:\s*${port}`,
      ...constants,
    ],
  },
  {
    name: 'php',
    extensions: ['php'],
    languages: ['php'],
    kind: 'code',
    comments: { line: ['//', '#'], block: [['/*', '*/']] },
    patterns: [...defaults, ...constants],
  },
  {
    name: 'dotnet',
    extensions: ['cs', 'fs'],
    languages: ['csharp', 'cs', 'c#', 'fsharp'],
    kind: 'code',
    comments: cLike,
    patterns: [
      ...defaults,
      listen`\b(?:UseUrls|app\.Run|Urls\.Add)\(\s*\$?"https?:\/\/[\w.*+\[\]:]+?:${port}`,
      listen`\b(?:ListenAnyIP|ListenLocalhost|Listen\(\s*IPAddress\.\w+\s*,)\(?\s*${port}`,
      ...constants,
    ],
  },
  {
    name: 'elixir',
    extensions: ['ex', 'exs', 'eex', 'heex', 'erl'],
    languages: ['elixir'],
    kind: 'code',
    comments: { line: ['#'], lineStart: ['%'] },
    patterns: [...defaults, listen`\bhttps?:\s*\[[^\]]{0,80}?\bport:\s*${port}`, ...constants],
  },
  {
    name: 'tiltfile',
    names: ['tiltfile'],
    kind: 'code',
    comments: hash,
    patterns: [
      {
        ...publish`\bk8s_resource\(\s*(?:workload\s*=\s*)?["'](?<name>[\w-]+)["'](?:[^()]|\([^()]*\)){0,200}?\bport_forwards?\s*=\s*\[?\s*(?:port_forward\(\s*)?["']?${port}(?:(?:\s*,\s*|:)(?<inner>\d{2,5}))?`,
        nameKind: 'block',
      },
    ],
  },
  {
    name: 'other code',
    extensions: ['c', 'cc', 'cpp', 'cxx', 'h', 'hpp', 'm', 'swift', 'dart', 'zig', 'proto', 'prisma', 'sol'],
    languages: ['c', 'cpp', 'swift', 'dart', 'prisma'],
    kind: 'code',
    comments: cLike,
    patterns: [...defaults, ...constants],
  },
  {
    name: 'bicep',
    extensions: ['bicep'],
    kind: 'code',
    comments: cLike,
    // A variable of a container.
    assignment: /\bname:[ \t]*'(?<name>[A-Za-z_]\w*)'\s+value:[ \t]*'(?<value>[^'\n]*)'/dg,
    patterns: [...defaults, ...constants],
  },
  {
    name: 'other scripts',
    extensions: ['pl', 'pm', 'r', 'jl', 'nim', 'cr', 'tcl', 'star', 'bzl', 'nix', 'cmake', 'graphql'],
    kind: 'code',
    comments: hash,
    patterns: [...defaults, ...constants],
  },
  {
    name: 'sql',
    extensions: ['sql'],
    languages: ['sql'],
    kind: 'code',
    comments: { line: ['--'], block: [['/*', '*/']] },
  },
  {
    name: 'lua',
    extensions: ['lua', 'hs', 'elm'],
    languages: ['lua'],
    kind: 'code',
    comments: { line: ['--'], block: [['--[[', ']]']] },
    patterns: [...constants],
  },
  {
    name: 'markup',
    extensions: ['xml', 'html', 'htm', 'csproj', 'config', 'plist', 'xhtml'],
    languages: ['xml', 'html'],
    kind: 'code',
    comments: {
      block: [
        ['<!--', '-->'],
        ['/*', '*/'],
      ],
    },
  },
]
