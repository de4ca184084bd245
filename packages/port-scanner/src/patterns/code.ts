import { cLike, constants, defaults, hash, nested, port } from './code-patterns.js'
import { anyCase, fallback, flag, listen, publish, reach, setting, type PatternDialect } from './pattern.js'
import { findRustTests } from './rust-tests.js'

/** Comments of templates: ERB, JSP, Blade, Twig, Handlebars, Razor. */
const template = [
  ['<%#', '%>'],
  ['<%--', '--%>'],
  ['{{--', '--}}'],
  ['{{!', '}}'],
  ['{#', '#}'],
  ['@*', '*@'],
] as const

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
      listen`\b(?:run|run_app|run_server|run_simple|serve|launch|make_server|create_server|start_server|Config|listen)\((?:[^()]|\([^()]*\)){0,300}?\b(?:server_)?port\s*=\s*${port}`,
      listen`\.listen\(\s*${port}`,
      listen`\badd_(?:in)?secure_port\(\s*f?["'][\w.*:\[\]]*:${port}["']`,
      listen`(?:Server|bind|run)\(\s*\(\s*["'][\w.:]*["']\s*,\s*${port}\s*\)`,
      reach`\bhost\s*=\s*["'](?<host>localhost|127\.0\.0\.1)["']\s*,\s*port\s*=\s*${port}`,
      reach`connect(?:_ex)?\(\s*\(\s*["'](?<host>[\w.-]+)["']\s*,\s*${port}`,
      // click and typer
      fallback`\b[oO]ption\((?:[^()]|\([^()]*\)){0,200}?\b(?:default\s*=\s*)?${port}\s*,(?:[^()]|\([^()]*\)){0,200}?\benvvar\s*=\s*["'](?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)["']`,
      fallback`\b[oO]ption\((?:[^()]|\([^()]*\)){0,200}?\benvvar\s*=\s*["'](?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)["'](?:[^()]|\([^()]*\)){0,200}?\bdefault\s*=\s*${port}`,
      flag`["']--(?<name>[\w-]*port)["'](?:[^()]|\([^()]*\)){0,160}?\bdefault\s*=\s*["']?${port}`,
      // django-environ: `CORE_PORT=(int, 3001)`
      fallback`\b(?<variable>[A-Z][A-Z\d_]*_PORT)\s*=\s*\(\s*int\s*,\s*${port}\s*\)`,
      reach`\b(?<variable>[A-Z][A-Z\d_]*)\s*=\s*\(\s*str\s*,\s*["'](?<scheme>\w[\w+.-]*):\/\/(?<host>[\w.-]{1,80}):${port}`,
      listen`\bstart_server\(\s*[\w.]+\s*,\s*["'][\w.:]*["']\s*,\s*${port}`,
      // `Field(3001, validation_alias="CORE_PORT")`
      fallback`\bField\(\s*(?:default\s*=\s*)?${port}[^()]{0,80}?\b(?:validation_alias|alias|env)\s*=\s*["'](?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)["']`,
      reach`\bField\(\s*(?:default\s*=\s*)?["'](?<scheme>\w[\w+.-]*):\/\/(?<host>[\w.-]{1,80}):${port}[^()]{0,80}?\b(?:validation_alias|alias|env)\s*=\s*["'](?<variable>[A-Z][A-Z\d_]*)["']`,
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
      fallback`\bGetenv\("(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)"\)(?:(?!Getenv)[^}]){0,120}?==\s*""[^}]{0,60}?=\s*":?${port}"`,
      reach`\bGetenv\("(?<variable>[A-Z][A-Z\d_]*)"\)(?:(?!Getenv)[^}]){0,120}?==\s*""[^}]{0,60}?=\s*"(?<scheme>\w[\w+.-]*):\/\/(?<host>[\w.-]{1,80}):${port}`,
      fallback`\benv(?:config)?:"(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)[^"]*"[^\n]{0,60}?(?:envDefault|default):":?${port}"`,
      reach`\benv(?:config)?:"(?<variable>[A-Z][A-Z\d_]*)[^"]*"[^\n]{0,60}?(?:envDefault|default):"(?<scheme>\w[\w+.-]*):\/\/(?<host>[\w.-]{1,80}):${port}`,
      // A flag of urfave/cli.
      fallback`\bValue:\s*"?:?${port}"?,\s*(?:[A-Z]\w*:[^\n]{0,80}\n\s*){0,3}(?:EnvVars|Sources):[^\n"]{0,40}"(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)"`,
      reach`\bValue:\s*"(?<scheme>\w[\w+.-]*):\/\/(?<host>[\w.-]{1,80}):${port}[^"\n]*",\s*(?:[A-Z]\w*:[^\n]{0,80}\n\s*){0,3}(?:EnvVars|Sources):[^\n"]{0,40}"(?<variable>[A-Z][A-Z\d_]*)"`,
      flag`\b(?:flag|Flags\(\)|pflag)\.\w+\((?:&[\w.]+\s*,\s*)?"(?<name>[\w.-]*port)"\s*,\s*(?:"\w"\s*,\s*)?"?${port}`,
      flag`\b(?:flag|Flags\(\)|pflag)\.\w+\((?:&[\w.]+\s*,\s*)?"(?:addr|listen|bind|http)[\w.-]*"\s*,\s*(?:"\w"\s*,\s*)?"[\w.]*:${port}"`,
      anyCase(fallback`\bSetDefault\("(?<name>[\w.]*port)"\s*,\s*"?${port}`),
      ...constants,
    ],
  },
  {
    name: 'rust',
    extensions: ['rs'],
    languages: ['rust', 'rs'],
    kind: 'code',
    comments: nested,
    tests: findRustTests,
    patterns: [
      ...defaults,
      listen`\(\s*\[[\d\s,]+\]\s*,\s*${port}\s*\)`,
      // serde
      fallback`\bfn\s+default_(?<name>\w*port)\(\)\s*->\s*u16\s*\{\s*${port}\s*\}`,
      listen`"(?:\[::1?\]|0\.0\.0\.0|127\.0\.0\.1):${port}"\.parse\b`,
      listen`\bSocketAddr(?:V[46])?::new\((?:[^()]|\((?:[^()]|\([^()]*\))*\)){1,80}?,\s*${port}\s*\)`,
      fallback`\benvconfig\(\s*from\s*=\s*"(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)"\s*,\s*default\s*=\s*"?${port}`,
      listen`\bbind\w*\(\s*\(?\s*"[\w.:\[\]]*?(?:"\s*,\s*|:)${port}"?`,
      fallback`\benv\s*=\s*"(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)"[^)\n]{0,80}?default_value(?:_t)?\s*=\s*"?${port}`,
      fallback`default_value(?:_t)?\s*=\s*"?${port}"?[^)\n]{0,80}?\benv\s*=\s*"(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)"`,
      reach`\benv\s*=\s*"(?<variable>[A-Z][A-Z\d_]*)"[^)]{0,80}?default_value\s*=\s*"(?<scheme>\w[\w+.-]*):\/\/(?<host>[\w.-]{1,80}):${port}`,
      // A field of an argument parser; its variable has the field's name.
      fallback`#\[(?:clap|arg)\([^\]\n]{0,120}?default_value(?:_t)?\s*=\s*"?${port}"?[^\]\n]{0,120}\]\s*(?:pub\s+)?(?<name>\w*port)\s*:`,
      reach`#\[(?:clap|arg)\([^\]\n]{0,120}?default_value\s*=\s*"[a-z]+:\/\/(?<host>[\w.-]{1,80}):${port}[^\]\n]{0,120}\]\s*(?:pub\s+)?(?<name>\w+)\s*:`,
      ...constants,
    ],
  },
  {
    name: 'jvm',
    extensions: ['java', 'kt', 'kts', 'scala', 'sbt', 'groovy', 'gradle'],
    names: ['jenkinsfile'],
    languages: ['java', 'kotlin', 'kt', 'scala', 'groovy'],
    kind: 'code',
    comments: nested,
    patterns: [
      ...defaults,
      fallback`\$\{(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT):${port}\}`,
      fallback`\$\{server\.port:${port}\}`,
      anyCase(fallback`\$\{(?<name>[a-z][\w.-]*port):${port}\}`),
      listen`(?:\b(?:ServerSocket|InetSocketAddress)|\.listen)\(\s*${port}`,
      listen`\bJavalin\.create[^]{0,3000}?\.start\(\s*${port}\s*\)`,
      // Spark
      listen`^[ \t]*(?:Spark\.)?port\(\s*${port}\s*\);`,
      listen`\bnewServerAt\(\s*"[\w.:]*"\s*,\s*${port}`,
      listen`\bsystemProperty[( ]\s*["']server\.port["']\s*,\s*["']${port}`,
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
      // ActionMailer's server, or a page's own address
      reach`\b(?:host|address):\s*["'](?<host>localhost|127\.0\.0\.1)["'],\s*port:\s*${port}`,
      listen`^[ \t]*(?:set[ \t]+:port,|port)[ \t]+${port}`,
      fallback`\bENV\[["'](?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)["']\]\s*\|\|=\s*["']?${port}`,
      reach`\bENV\[["'](?<variable>[A-Z][A-Z\d_]*)["']\]\s*\|\|=\s*["'](?<scheme>\w[\w+.-]*):\/\/(?<host>[\w.-]{1,80}):${port}`,
      listen`\bHTTPServer\.new\((?:[^()]|\([^()]*\)){0,120}?\bPort(?::|\s*=>)\s*${port}`,
      publish`forwarded_port["']?,\s*guest:\s*(?<inner>\d{2,5}),\s*host:\s*${port}`,
      ...constants,
    ],
  },
  {
    name: 'php',
    extensions: ['php'],
    languages: ['php'],
    kind: 'code',
    comments: { line: ['//', '#'], block: [['/*', '*/'], ...template] },
    patterns: [
      // `define('DB_HOST', 'mysql:3306')`, and a host with its port in the next definition
      reach`\bdefine\(\s*["'](?<name>\w*HOST)["']\s*,\s*["'](?<host>[\w.-]+):${port}["']`,
      reach`\bdefine\(\s*["'](?<stem>\w*)HOST["']\s*,\s*["'](?<host>[\w.-]+)["']\s*\)\s*;\s*define\(\s*["']\k<stem>PORT["']\s*,\s*["']?${port}`,
      ...defaults,
      ...constants,
    ],
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
      // Aspire: a resource with its endpoint.
      {
        ...publish`\.Add\w+(?:<[^<>\n]{1,80}>)?\(\s*"(?<name>[\w-]+)"[^;]{0,400}?\.With(?:Http|Https)?Endpoint\(\s*(?:port:\s*)?${port}(?:\s*,\s*(?:targetPort:\s*)?(?<inner>\d{2,5}))?`,
        nameKind: 'block',
      },
      { ...publish`\.Add\w+\(\s*"(?<name>[\w-]+)"[^()\n]{0,80}?,\s*port:\s*${port}`, nameKind: 'block' },
      listen`\b(?:ListenAnyIP|ListenLocalhost|Listen\(\s*IPAddress\.\w+\s*,)\(?\s*${port}`,
      ...constants,
    ],
  },
  {
    name: 'elixir',
    extensions: ['ex', 'exs', 'eex', 'heex'],
    languages: ['elixir'],
    kind: 'code',
    comments: {
      line: ['#'],
      block: [
        ['<%#', '%>'],
        ['<%!--', '--%>'],
      ],
    },
    patterns: [
      ...defaults,
      listen`\{(?:Bandit|Plug\.Cowboy)\b[^{}]{0,120}?\bport:\s*${port}`,
      listen`\bhttps?:\s*\[[^\]]{0,80}?\bport:\s*${port}`,
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
        ...publish`\bk8s_resource\(\s*(?:workload\s*=\s*)?["'](?<name>[\w-]+)["'](?:[^()]|\([^()]*\)){0,200}?\bport_forwards?\s*=\s*\[?\s*(?:port_forward\(\s*)?["']?${port}(?:(?:\s*,\s*|:)(?<inner>\d{2,5}))?`,
        nameKind: 'block',
      },
      {
        ...listen`\blocal_resource\(\s*(?:name\s*=\s*)?["'](?<name>[\w-]+)["'](?:[^()]|\([^()]*\)){0,300}?--port[ =]${port}`,
        nameKind: 'block',
      },
    ],
  },
  {
    name: 'other code',
    extensions: ['c', 'cc', 'cpp', 'cxx', 'h', 'hpp', 'm', 'zig', 'proto', 'prisma', 'sol'],
    languages: ['c', 'cpp', 'prisma'],
    kind: 'code',
    comments: cLike,
    patterns: [
      ...defaults,
      setting`^[ \t]*#[ \t]*define[ \t]+(?<name>[A-Z][A-Z\d_]*_PORT)[ \t]+["']?${port}`,
      listen`\bapp\.port\(\s*${port}\s*\)`,
      ...constants,
    ],
  },
  {
    name: 'swift and dart',
    extensions: ['swift', 'dart'],
    languages: ['swift', 'dart'],
    kind: 'code',
    comments: nested,
    patterns: [...defaults, listen`\bserver\.configuration\.port\s*=\s*${port}`, ...constants],
  },
  {
    name: 'clojure',
    extensions: ['clj', 'cljs', 'cljc', 'edn', 'lisp', 'scm', 'rkt'],
    languages: ['clojure', 'clj'],
    kind: 'code',
    comments: { line: [';'], block: [['#|', '|#']] },
    patterns: [
      ...defaults,
      listen`\b(?:run-jetty|run-server|start-server)\b[^()]{0,80}?:port[ \t]+${port}`,
      fallback`#env[ \t]+"?(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)"?[ \t]+"?${port}`,
      ...constants,
    ],
  },
  {
    name: 'haskell',
    extensions: ['hs', 'elm', 'purs'],
    languages: ['haskell', 'hs'],
    kind: 'code',
    comments: { line: ['--'], block: [['{-', '-}']] },
    patterns: [
      fallback`\bfromMaybe\s+"?${port}"?[^\n]{0,60}?\blookupEnv\s+"(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)"`,
      reach`\bfromMaybe\s+"(?<scheme>\w[\w+.-]*):\/\/(?<host>[\w.-]{1,80}):${port}[^\n]{0,60}?\blookupEnv\s+"(?<variable>[A-Z][A-Z\d_]*)"`,
      ...defaults,
      ...constants,
    ],
  },
  {
    name: 'erlang',
    extensions: ['erl', 'hrl'],
    names: ['sys.config', 'rebar.config'],
    languages: ['erlang'],
    kind: 'code',
    comments: { line: ['%'] },
    patterns: [...defaults, ...constants],
  },
  {
    name: 'julia',
    extensions: ['jl'],
    languages: ['julia'],
    kind: 'code',
    comments: { line: ['#'], block: [['#=', '=#']] },
    patterns: [...defaults, ...constants],
  },
  {
    name: 'nix',
    extensions: ['nix'],
    languages: ['nix'],
    kind: 'code',
    comments: { line: ['#'], block: [['/*', '*/']] },
    patterns: [...defaults, ...constants],
    assignment: /^[ \t]*export[ \t]+(?<name>[A-Za-z_]\w*)=["']?(?<value>[^"'\n]*?)["']?[ \t]*$/dgm,
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
    extensions: ['r', 'nim', 'cr', 'tcl', 'star', 'bzl', 'bazel', 'cmake', 'graphql'],
    kind: 'code',
    comments: hash,
    patterns: [...defaults, listen`\bpr_run\((?:[^()]|\([^()]*\)){0,80}?\bport\s*=\s*${port}`, ...constants],
  },
  {
    name: 'perl',
    extensions: ['pl', 'pm', 'psgi'],
    languages: ['perl'],
    kind: 'code',
    comments: {
      line: ['#'],
      block: [
        ['\n=pod', '\n=cut'],
        ['\n=head', '\n=cut'],
        ['\n=begin', '\n=cut'],
      ],
    },
    patterns: [
      ...defaults,
      fallback`\$ENV\{["']?(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)["']?\}\s*(?:\|\||\/\/)=?\s*["']?${port}`,
      reach`\$ENV\{["']?(?<variable>[A-Z][A-Z\d_]*)["']?\}\s*(?:\|\||\/\/)=?\s*["'](?<scheme>\w[\w+.-]*):\/\/(?<host>[\w.-]{1,80}):${port}`,
      ...constants,
    ],
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
    extensions: ['lua'],
    languages: ['lua'],
    kind: 'code',
    comments: { line: ['--'], block: [['--[[', ']]']] },
    patterns: [...defaults, ...constants],
  },
  {
    name: 'markup',
    extensions: [
      'xml',
      'html',
      'htm',
      'xhtml',
      'csproj',
      'config',
      'plist',
      'ejs',
      'hbs',
      'twig',
      'njk',
      'liquid',
      'cshtml',
      'jsp',
    ],
    languages: ['xml', 'html'],
    kind: 'code',
    comments: { block: [['<!--', '-->'], ['/*', '*/'], ...template] },
    patterns: [
      // Maven: `<CORE_PORT>3001</CORE_PORT>`
      setting`<(?<name>[A-Z][A-Z\d_]*_PORT)>${port}<\/`,
      reach`<(?<name>[A-Z][A-Z\d_]*)>(?<scheme>\w[\w+.-]*):\/\/(?<host>[\w.-]{1,80}):${port}`,
    ],
    // `<env name="CORE_PORT" value="3001" />`, `<add key="CorePort" value="3001" />`
    assignment:
      /<[a-z]+\b[^<>]{0,200}?\b(?:name|key)="(?<name>[A-Za-z_][\w.]*)"[^<>]{0,200}?\bvalue="(?<value>[^"<>]*)"/dg,
  },
]
