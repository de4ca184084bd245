import { cLike, constants, defaults, hash, port } from './code-patterns.js'
import type { PatternDialect } from './pattern.js'
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
      {
        at: new RegExp(
          String.raw`\b(?:run|run_app|run_server|run_simple|serve|launch|make_server|create_server|start_server|Config|listen)\((?:[^()]|\([^()]*\)){0,300}?\bport\s*=\s*${port}`,
          'dg',
        ),
        role: 'listen',
      },
      { at: new RegExp(String.raw`\.listen\(\s*${port}`, 'dg'), role: 'listen' },
      {
        at: new RegExp(String.raw`(?:Server|bind|run)\(\s*\(\s*["'][\w.:]*["']\s*,\s*${port}\s*\)`, 'dg'),
        role: 'listen',
      },
      {
        at: new RegExp(String.raw`\bhost\s*=\s*["'](?<host>[\w.-]+)["']\s*,\s*port\s*=\s*${port}`, 'dg'),
        role: 'reach',
      },
      {
        at: new RegExp(String.raw`connect(?:_ex)?\(\s*\(\s*["'](?<host>[\w.-]+)["']\s*,\s*${port}`, 'dg'),
        role: 'reach',
      },
      {
        at: new RegExp(
          String.raw`["']--(?<name>[\w-]*port)["'](?:[^()]|\([^()]*\)){0,160}?\bdefault\s*=\s*["']?${port}`,
          'dg',
        ),
        role: 'flag',
      },
      // A field of a settings class.
      {
        at: new RegExp(
          String.raw`^[ \t]+(?<name>port)\s*:\s*int\s*=\s*(?:Field\(\s*(?:default\s*=\s*)?)?${port}`,
          'dgm',
        ),
        role: 'value',
      },
      { at: new RegExp(String.raw`^[ \t]*bind\s*=\s*f?["'][\w.*]*:${port}["']`, 'dgm'), role: 'listen' },
      {
        at: new RegExp(
          String.raw`^[ \t]*(?<name>\w+_(?:url|uri|origin|host)|\w+_(?:URL|URI|ORIGIN|HOST))\s*(?::\s*\w+)?\s*=\s*f?["'](?<scheme>\w[\w+.-]*):\/\/(?:[^\s@"'/]*@)?(?<host>[\w.-]{1,80}):${port}`,
          'dgm',
        ),
        role: 'reach',
      },
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
      {
        at: new RegExp(
          String.raw`\b(?:ListenAndServe(?:TLS)?|Listen|Run|RunTLS|Start|StartTLS)\(\s*(?:"(?:tcp|udp)[46]?"\s*,\s*)?"(?:[\w.*]*|\[::1?\])?:${port}"`,
          'dg',
        ),
        role: 'listen',
      },
      { at: new RegExp(String.raw`\bAddr:\s*"(?:0\.0\.0\.0|127\.0\.0\.1|localhost)?:${port}"`, 'dg'), role: 'listen' },
      {
        at: new RegExp(
          String.raw`\bGetenv\("(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)"\)[^}]{0,120}?==\s*""[^}]{0,60}?=\s*":?${port}"`,
          'dg',
        ),
        role: 'default',
      },
      {
        at: new RegExp(
          String.raw`\benv(?:config)?:"(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)[^"]*"[^\n]{0,60}?(?:envDefault|default):":?${port}"`,
          'dg',
        ),
        role: 'default',
      },
      {
        at: new RegExp(
          String.raw`\b(?:flag|Flags\(\)|pflag)\.\w+\((?:&[\w.]+\s*,\s*)?"(?<name>[\w.-]*port)"\s*,\s*(?:"\w"\s*,\s*)?"?${port}`,
          'dg',
        ),
        role: 'flag',
      },
      {
        at: new RegExp(
          String.raw`\bflag\.\w+\((?:&[\w.]+\s*,\s*)?"(?:addr|listen|bind|http)[\w.-]*"\s*,\s*"[\w.]*:${port}"`,
          'dg',
        ),
        role: 'flag',
      },
      { at: new RegExp(String.raw`\bSetDefault\("(?<name>[\w.]*port)"\s*,\s*"?${port}`, 'dgi'), role: 'default' },
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
      { at: new RegExp(String.raw`\(\s*\[[\d\s,]+\]\s*,\s*${port}\s*\)`, 'dg'), role: 'listen' },
      { at: new RegExp(String.raw`\bbind\w*\(\s*\(?\s*"[\w.:\[\]]*?(?:"\s*,\s*|:)${port}"?`, 'dg'), role: 'listen' },
      {
        at: new RegExp(
          String.raw`\benv\s*=\s*"(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)"[^)\n]{0,80}?default_value(?:_t)?\s*=\s*"?${port}`,
          'dg',
        ),
        role: 'default',
      },
      {
        at: new RegExp(
          String.raw`default_value(?:_t)?\s*=\s*"?${port}"?[^)\n]{0,80}?\benv\s*=\s*"(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)"`,
          'dg',
        ),
        role: 'default',
      },
      // A field of an argument parser; its variable has the field's name.
      {
        at: new RegExp(
          String.raw`#\[(?:clap|arg)\([^\]\n]{0,120}?default_value(?:_t)?\s*=\s*"?${port}"?[^\]\n]{0,120}\]\s*(?:pub\s+)?(?<name>\w*port)\s*:`,
          'dg',
        ),
        role: 'default',
      },
      {
        at: new RegExp(
          String.raw`#\[(?:clap|arg)\([^\]\n]{0,120}?default_value\s*=\s*"[a-z]+:\/\/(?<host>[\w.-]{1,80}):${port}[^\]\n]{0,120}\]\s*(?:pub\s+)?(?<name>\w+)\s*:`,
          'dg',
        ),
        role: 'reach',
      },
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
      { at: new RegExp(String.raw`\$\{(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT):${port}\}`, 'dg'), role: 'default' },
      { at: new RegExp(String.raw`\$\{server\.port:${port}\}`, 'dg'), role: 'default' },
      { at: new RegExp(String.raw`\$\{(?<name>[a-z][\w.-]*port):${port}\}`, 'dgi'), role: 'default' },
      {
        at: new RegExp(String.raw`\b(?:ServerSocket|\.listen|Javalin[^;\n]*\.start)\(\s*${port}`, 'dg'),
        role: 'listen',
      },
      { at: new RegExp(String.raw`\bembeddedServer\([^)\n]{0,80}?\bport\s*=\s*${port}`, 'dg'), role: 'listen' },
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
      { at: new RegExp(String.raw`^[ \t]*(?:set[ \t]+:port,|port)[ \t]+${port}`, 'dgm'), role: 'listen' },
      {
        at: new RegExp(String.raw`forwarded_port["']?,\s*guest:\s*(?<inner>\d{2,5}),\s*host:\s*${port}`, 'dg'),
        role: 'publish',
      },
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
      {
        at: new RegExp(String.raw`\b(?:UseUrls|app\.Run|Urls\.Add)\(\s*\$?"https?:\/\/[\w.*+\[\]:]+?:${port}`, 'dg'),
        role: 'listen',
      },
      {
        at: new RegExp(String.raw`\b(?:ListenAnyIP|ListenLocalhost|Listen\(\s*IPAddress\.\w+\s*,)\(?\s*${port}`, 'dg'),
        role: 'listen',
      },
      ...constants,
    ],
  },
  {
    name: 'visual basic',
    extensions: ['vb', 'bas', 'vbs'],
    kind: 'code',
    comments: { line: ["'"] },
    patterns: [...defaults, ...constants],
  },
  {
    name: 'elixir',
    extensions: ['ex', 'exs', 'eex', 'heex', 'erl'],
    languages: ['elixir'],
    kind: 'code',
    comments: { line: ['#'], lineStart: ['%'] },
    patterns: [
      ...defaults,
      { at: new RegExp(String.raw`\bhttps?:\s*\[[^\]]{0,80}?\bport:\s*${port}`, 'dg'), role: 'listen' },
      ...constants,
    ],
  },
  {
    name: 'tiltfile',
    names: ['tiltfile'],
    kind: 'code',
    comments: hash,
    patterns: [
      {
        at: new RegExp(
          String.raw`\bk8s_resource\(\s*(?:workload\s*=\s*)?["'](?<name>[\w-]+)["'](?:[^()]|\([^()]*\)){0,200}?\bport_forwards?\s*=\s*\[?\s*(?:port_forward\(\s*)?["']?${port}(?:(?:\s*,\s*|:)(?<inner>\d{2,5}))?`,
          'dg',
        ),
        role: 'publish',
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
