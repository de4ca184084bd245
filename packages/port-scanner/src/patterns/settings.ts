import { codeRows } from './code.js'
import { defaults, printed } from './code-patterns.js'
import {
  expose,
  fallback,
  listen,
  mention,
  probe,
  publish,
  reach,
  scrape,
  setting,
  target,
  type PatternDialect,
} from './pattern.js'

const port = String.raw`(?<port>\d{2,5})(?![\w.]*\d)`
/** 80 and 443 are a web server's on every machine. */
const listened = String.raw`(?!(?:80|443)\b)${port}`
const local = String.raw`(?<host>localhost|127\.0\.0\.1|host\.docker\.internal)`

/** Extensions of source code; `.env.config` is of variables. */
const programs = codeRows
  .flatMap(({ extensions = [] }) => extensions)
  .filter((extension) => extension !== 'config')
  .join('|')

/** Settings and scripts whose statements fit on a line. */
export const settingsRows: readonly PatternDialect[] = [
  {
    name: 'dotenv',
    names: ['.envrc', '.flaskenv'],
    extensions: ['env'],
    // `env.ts` is a program.
    paths: new RegExp(
      String.raw`(?:^|\/)(?:\.env|env|\.dev\.vars)(?:[._-][\w.-]+)?(?<!\.(?:[cm]?[jt]sx?|vue|svelte|ya?ml|json|toml|sh|fish|nu|ps1|bat|cmd|md|${programs})(?:\.\w+)?)$`,
    ),
    languages: ['env', 'dotenv', '', 'text', 'txt', 'plaintext', 'http'],
    kind: 'settings',
    comments: { line: ['#'] },
    assignment:
      /^[ \t]*(?:export[ \t]+)?(?<name>[A-Za-z_][\w.]*)[ \t]*=[ \t]*["']?(?<value>\[[^\n#]*\]|[^"'\n#]*?)["']?[ \t]*(?:#.*)?$/dgm,
  },
  {
    name: 'nginx',
    names: ['nginx.conf'],
    extensions: ['nginx', 'vhost'],
    paths: /nginx[^/]*\.conf$|(?:^|\/)(?:nginx|sites-(?:available|enabled))\/.*(?:\.conf(?:\.template)?|\/[\w-]+)$/,
    languages: ['nginx'],
    kind: 'settings',
    comments: { line: ['#'] },
    section: /^[ \t]*(?:upstream[ \t]+(?<name>[\w.-]+)|[a-z_]+\b[^;{}\n]{0,200})[ \t]*\{/gm,
    sectionKind: 'variable',
    patterns: [
      // It usually runs in a separate container.
      { ...listen`^[ \t]*listen[ \t]+(?:[\w.*]+:|\[[\da-f:]*\]:)?${listened}`, side: 'container' },
      mention`^[ \t]*listen[ \t]+\[[\da-f:]*\]:${port}`,
      // PHP runs in the same container.
      mention`\bfastcgi_pass[ \t]+${local}:${port}`,
      reach`\b(?:uwsgi|scgi|memcached|fastcgi)_pass[ \t]+(?!localhost\b)(?<host>[a-z][\w-]*):${port}`,
      { ...reach`\b(?:proxy|grpc|uwsgi)_pass[ \t]+(?:\w+:\/\/)?${local}:${port}`, follower: 'proxy target' },
      { ...reach`^[ \t]*(?:upstream[^{\n]*\{[ \t]*)?server[ \t]+${local}:${port}`, follower: 'proxy target' },
      { ...reach`^[ \t]*(?:upstream[^{\n]*\{[ \t]*)?server[ \t]+(?<host>[\w.-]+):${port}`, scheme: 'http' },
    ],
  },
  {
    name: 'haproxy',
    names: ['haproxy.cfg'],
    paths: /(?:^|\/)haproxy[^/]*\.cfg$/,
    kind: 'settings',
    comments: { line: ['#'] },
    section: /^(?:(?:backend|listen)[ \t]+(?<name>[\w.-]+)|global|defaults|frontend)\b/gm,
    sectionKind: 'variable',
    patterns: [
      { ...listen`^[ \t]+bind[ \t]+[\w.*]*:${listened}`, side: 'container' },
      {
        ...reach`^[ \t]+server(?:-template)?[ \t]+\S+[ \t]+(?:\d+(?:-\d+)?[ \t]+)?(?<host>[\w.-]+):${port}`,
        scheme: 'http',
      },
    ],
  },
  {
    name: 'caddyfile',
    names: ['caddyfile'],
    extensions: ['caddy', 'caddyfile'],
    paths: /(?:^|\/)caddyfile(?:[._-][\w.-]+)?$/,
    languages: ['caddyfile', 'caddy'],
    kind: 'settings',
    comments: { line: ['#'] },
    patterns: [
      listen`^(?:https?:\/\/)?(?:localhost|0\.0\.0\.0|127\.0\.0\.1)?:${listened}[ \t]*(?:,[^\n{]*)?\{`,
      listen`^[ \t]*https?_port[ \t]+${listened}`,
      {
        ...reach`\b(?:reverse_proxy|php_fastcgi|to|forward_auth)[ \t]+(?:[/@*][^\s]*[ \t]+)?(?:\w+:\/\/)?${local}:${port}`,
        follower: 'proxy target',
      },
      fallback`\{\$(?<variable>[A-Z][A-Z\d_]*):${port}\}`,
      {
        ...reach`\b(?:reverse_proxy|to|forward_auth)[ \t]+(?:[/@*][^\s]*[ \t]+)?(?:\w+:\/\/)?(?<host>[\w-]+):${port}`,
        scheme: 'http',
      },
      reach`(?<=\b(?:reverse_proxy|to)[ \t][^\n{]{0,200}[ \t])(?<host>[a-z][\w-]*):${port}`,
      reach`\bphp_fastcgi[ \t]+(?:[/@*][^\s]*[ \t]+)?(?<host>[\w-]+):${port}`,
    ],
  },
  {
    name: 'systemd',
    extensions: ['service', 'socket'],
    kind: 'settings',
    comments: { line: ['#'], lineStart: [';'] },
    owner: (path) => /([^/]+?)(?:@[^/]*)?\.(?:service|socket)$/.exec(path)?.[1],
    assignment: /(?<=^Environment=(?:[^\n]{0,400}[ \t])?["']?)(?<name>[A-Za-z_]\w*)=(?<value>[^"'\s]*)/dgm,
    commands: /^Exec(?:Start|StartPre|Reload)=[-@:+!]*(?<command>(?:[^\n\\]|\\[^])+)/dgm,
    patterns: [listen`^Listen(?:Stream|Datagram)=(?:[\d.]+:|\[::\]:)?${port}`],
  },
  {
    name: 'crontab',
    names: ['crontab'],
    extensions: ['cron', 'crontab'],
    kind: 'settings',
    comments: { lineStart: ['#'] },
    assignment: /^[ \t]*(?<name>[A-Z][A-Z\d_]*)[ \t]*=[ \t]*["']?(?<value>[^"'\n]*?)["']?[ \t]*$/dgm,
    commands: /^[ \t]*(?:@\w+|(?:[\d*,/A-Za-z-]+[ \t]+){4}[\d*,/A-Za-z-]+)[ \t]+(?<command>.+)$/dgm,
  },
  {
    name: 'jsonnet',
    extensions: ['jsonnet', 'libsonnet', 'cue'],
    languages: ['jsonnet', 'cue'],
    kind: 'settings',
    comments: { line: ['//', '#'], block: [['/*', '*/']] },
    assignment: /^[ \t]*["']?(?<name>[A-Z][A-Z\d_]*)["']?[ \t]*:[ \t]*["']?(?<value>[^"',\n]*?)["']?[ \t]*,?[ \t]*$/dgm,
  },
  {
    name: 'quadlet',
    extensions: ['container', 'pod', 'kube'],
    kind: 'settings',
    comments: { lineStart: ['#', ';'] },
    owner: (path) => /([^/]+?)@?\.(?:container|pod|kube)$/.exec(path)?.[1],
    section: /^(?:Container|Pod)Name=(?<name>[\w.-]+)/gm,
    sectionKind: 'block',
    side: 'container',
    assignment: /^Environment=["']?(?<name>[A-Za-z_]\w*)=(?<value>[^"'\s]*)/dgm,
    patterns: [
      publish`^PublishPort=(?:[\d.]+:|\[[\da-f:]*\]:)?${port}:(?<inner>\d{2,5})`,
      { ...expose`^ExposeHostPort=${port}`, side: 'container' },
      { ...probe`^Health(?:Startup)?Cmd=.*?\b(?:localhost|127\.0\.0\.1):${port}`, side: 'container' },
    ],
  },
  {
    name: 'properties',
    extensions: ['properties'],
    languages: ['properties'],
    kind: 'settings',
    comments: { lineStart: ['#', '!'] },
    patterns: [
      listen`^server\.port[ \t]*[=:][ \t]*${port}[ \t]*$`,
      fallback`^server\.port[ \t]*[=:][ \t]*\$\{(?<variable>\w+):${port}\}`,
    ],
    program: /^(?:spring|quarkus|micronaut)\.application\.name[ \t]*[=:][ \t]*(?<name>[\w-]+)/m,
    // `%dev.` is a profile of Quarkus.
    assignment: /^[ \t]*(?:%[\w-]+\.)?(?<name>[A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*(?<value>.*?)[ \t]*$/dgm,
  },
  {
    name: 'fluentd',
    paths: /(?:^|\/)(?:fluent[-_]?(?:bit|d)?|td-agent)[^/]*(?:\/.*)?\.conf$/,
    kind: 'settings',
    comments: { lineStart: ['#'] },
    section: /^[ \t]*(?:\[\w+\]|<\/?\w[^>\n]*>)/gm,
    assignment: /^[ \t]+(?<name>[A-Za-z_][\w.-]*)[ \t]+(?<value>\S.*?)[ \t]*$/dgm,
  },
  {
    name: 'varnish',
    extensions: ['vcl'],
    kind: 'settings',
    comments: { line: ['//', '#'], block: [['/*', '*/']] },
    patterns: [reach`\.host\s*=\s*"(?<host>[\w.-]+)"\s*;\s*\.port\s*=\s*"${port}"`],
  },
  {
    name: 'alloy',
    extensions: ['alloy', 'river'],
    kind: 'settings',
    comments: { line: ['//'], block: [['/*', '*/']] },
    section: /^prometheus\.scrape[ \t]+"(?<name>[\w-]+)"|^[a-z][\w.]*[ \t]*(?:"[\w-]*")?[ \t]*\{/gm,
    sectionKind: 'block',
    patterns: [scrape`"?__address__"?\s*=\s*"(?<host>[\w.-]+):${port}"`],
  },
  {
    name: 'bruno',
    extensions: ['bru'],
    languages: ['bru'],
    kind: 'settings',
    comments: { lineStart: ['~', '//'] },
    assignment: /^[ \t]*(?<name>[A-Za-z_][\w-]*):[ \t]*(?<value>.*?)[ \t]*$/dgm,
  },
  {
    name: 'fish',
    extensions: ['fish'],
    languages: ['fish'],
    kind: 'settings',
    comments: { line: ['#'] },
    assignment:
      /\bset[ \t]+(?:-{1,2}[\w-]+[ \t]+)*(?<name>[A-Za-z_]\w*)[ \t]+["']?(?<value>[^"'\n;#]+?)["']?[ \t]*(?:[;#].*)?$/dgm,
  },
  {
    name: 'ini',
    extensions: ['ini', 'cfg', 'conf', 'cnf'],
    languages: ['ini', 'conf'],
    kind: 'settings',
    comments: { line: ['#'], lineStart: [';', '!', '//'] },
    // `[server]`, and `server {` of HOCON.
    section:
      /^[ \t]*(?:\[{1,2}(?=\w)|(?=[\w.-]+[ \t]*[=:]?[ \t]*\{[ \t]*$))(?<name>[^\]\n{=:]{1,100}?)[ \t]*(?:\]|[=:{])/gm,
    assignment: /^[ \t]*(?<name>[A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*["']?(?<value>[^"'\n#;]*?)["']?[ \t]*(?:[#;].*)?$/dgm,
  },
  {
    name: 'supervisor',
    names: ['supervisord.conf', 'supervisord.ini'],
    paths: /(?:^|\/)supervisor(?:d|\.d|[-_]\w+)?\/.*\.(?:conf|ini)$|(?:^|\/)supervisor[\w.-]*\.(?:conf|ini)$/,
    kind: 'settings',
    comments: { line: ['#'], lineStart: [';'] },
    section: /^\[(?:program:(?<name>[\w.-]+)|[^\]\n]+)\]/gm,
    sectionKind: 'block',
    assignment: /(?:^environment[ \t]*=|,)[ \t]*(?<name>[A-Za-z_]\w*)[ \t]*=[ \t]*["']?(?<value>[^"',;\n]*)/dgm,
    commands: /^command[ \t]*=[ \t]*(?<command>.+)$/dgm,
  },
  {
    name: 'make',
    names: ['makefile', 'gnumakefile', 'justfile', '.justfile'],
    extensions: ['mk', 'mak', 'just'],
    paths: /(?:^|\/)makefile\.(?!toml$)[\w-]+$/,
    languages: ['make', 'makefile', 'just', 'justfile'],
    kind: 'settings',
    comments: { line: ['#'] },
    assignment:
      /^ *(?:[\w.%/-]+[ \t]*:(?![=:])[ \t]*)?(?:(?:export|override)[ \t]+)?(?<name>[A-Za-z_][\w-]*)[ \t]*(?:::|[:?+])?=[ \t]*["']?(?<value>[^"'\n#]*?)["']?[ \t]*(?:#.*)?$/dgm,
    patterns: [...defaults],
    // A target that does not start the repository's own program owns the ports of its commands.
    section:
      /^(?:(?!(?:run|dev|start|serve|server|up|watch|local|debug|prod|default|all|app|web|api|main|docker)\b)(?<name>[\w.-]+)[ \t]*:(?!=)|[^\s#])/gm,
    sectionKind: 'block',
    commands: /^(?:\t| {2,8})[@+-]*(?<command>(?:[^\n\\]|\\[^])+)/dgm,
  },
  {
    name: 'procfile',
    names: ['procfile'],
    paths: /(?:^|\/)procfile[._-][\w.-]+$/,
    languages: ['procfile'],
    kind: 'settings',
    comments: { line: ['#'] },
    commands: /^(?<name>[\w-]+):[ \t]*(?<command>.+)$/dgm,
  },
  {
    name: 'terraform',
    extensions: ['tf', 'tfvars', 'hcl'],
    languages: ['hcl', 'terraform', 'tf'],
    kind: 'settings',
    comments: { line: ['#', '//'], block: [['/*', '*/']] },
    // Ports of other resources are on machines of a cloud.
    section: /^(?:resource[ \t]+"[\w-]+"[ \t]+"(?<name>[\w-]+)"|[a-z]+\b[^{\n]*\{)/gm,
    sectionKind: 'block',
    // Whether a variable is the port of a container or of the host, its name does not say.
    side: 'container',
    assignment:
      /^[ \t]*"?(?<name>[A-Z][A-Z\d_]*|(?!(?:from|to|http|https|app|server|host|container|target|listen)_)[a-z]\w*_port)"?[ \t]*[=:][ \t]*"?(?<value>[^"\n]*?)"?,?[ \t]*$/dgm,
    patterns: [
      // Vault and Consul
      reach`^[ \t]*(?:address|addr|endpoint)[ \t]*=[ \t]*"(?<host>[a-z][\w-]*):${port}"`,
      {
        ...setting`^variable[ \t]+"(?<name>[a-z]\w*_port)"[ \t]*\{[^{}]*?\bdefault[ \t]*=[ \t]*"?${port}`,
        side: 'container',
      },
      publish`\bports[ \t]*\{[^}]*?\binternal[ \t]*=[ \t]*(?<inner>\d{2,5})[^}]*?\bexternal[ \t]*=[ \t]*${port}`,
      publish`\bports[ \t]*\{[^}]*?\bexternal[ \t]*=[ \t]*${port}[^}]*?\binternal[ \t]*=[ \t]*(?<inner>\d{2,5})`,
    ],
  },
  {
    name: 'nomad',
    extensions: ['nomad'],
    paths: /\.nomad\.hcl$/,
    kind: 'settings',
    comments: { line: ['#', '//'], block: [['/*', '*/']] },
    section: /^[ \t]*(?:job|group|task)[ \t]+"(?<name>[\w.-]+)"/gm,
    sectionKind: 'block',
    side: 'container',
    assignment: /^[ \t]*(?<name>[A-Z][A-Z\d_]*)[ \t]*=[ \t]*"?(?<value>[^"\n]*?)"?[ \t]*$/dgm,
    patterns: [
      publish`\bport[ \t]+"[\w-]+"[ \t]*\{[^{}]*?\bto[ \t]*=[ \t]*(?<inner>\d{2,5})[^{}]*?\bstatic[ \t]*=[ \t]*${port}`,
      publish`\bport[ \t]+"[\w-]+"[ \t]*\{[^{}]*?\bstatic[ \t]*=[ \t]*${port}(?:[^{}]*?\bto[ \t]*=[ \t]*(?<inner>\d{2,5}))?`,
      { ...target`\bport[ \t]+"[\w-]+"[ \t]*\{[^{}]*?\bto[ \t]*=[ \t]*${port}`, side: 'container' },
    ],
  },
  {
    name: 'powershell',
    extensions: ['ps1', 'psm1', 'nu'],
    languages: ['powershell', 'ps1', 'pwsh'],
    kind: 'settings',
    comments: {
      line: ['#'],
      block: [
        ['<#', '#>'],
        // A text, often of a file that the script writes.
        ['@"', '\n"@'],
        ["@'", "\n'@"],
      ],
    },
    assignment:
      /^[ \t]*(?:\$(?:env[:.])?|["'](?=[A-Z\d_]+["']))(?<name>[A-Za-z_]\w*)["']?[ \t]*=[ \t]*["']?(?<value>[^"'\n#]*?)["']?;?[ \t]*$/dgm,
    patterns: [...defaults, printed],
  },
  {
    name: 'batch',
    extensions: ['bat', 'cmd'],
    languages: ['bat', 'batch', 'cmd'],
    kind: 'settings',
    comments: { lineStart: ['REM', 'rem', '::', '@REM', '@rem'] },
    assignment:
      /(?<=^|[ \t&(@])setx?[ \t]+"?(?<name>[A-Za-z_]\w*)(?:=|[ \t]+"?)(?<value>[^"\n>&]*?)"?[ \t]*(?:[>&].*)?$/dgim,
  },
  {
    name: 'requests',
    extensions: ['http', 'rest'],
    kind: 'settings',
    comments: { lineStart: ['#', '//'] },
    assignment: /^@(?<name>[A-Za-z_]\w*)[ \t]*=[ \t]*(?<value>.*?)[ \t]*$/dgm,
  },
]
