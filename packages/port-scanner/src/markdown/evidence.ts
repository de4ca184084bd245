import { beginsWithService, endsInService } from './words.js'

/** A number with what stands around it on its line. */
interface Candidate {
  readonly port: number
  /** Some dozens of code units before and behind it. */
  readonly before: string
  readonly behind: string
  /** What stands between it and the port before it, if there is one and nothing else. */
  readonly between: string | undefined
  readonly isLineAboutPorts: boolean
  readonly isSectionAboutPorts: boolean
  readonly hasAddress: boolean
}

/** Words with which a sentence goes on behind a port; any other counts or names something else. */
const wayOn =
  /^(?:\s*$|[^\p{L}\p{N}\s]|\s+(?:[^\p{L}\p{N}\s]|\d|(?:and|or|for|in|on|by|to|with|as|is|are|was|were|will|because|which|that|so|while|via|inside|if|when|then|instead|but|not|at|from|using|until|unless|internally|externally|locally|respectively|now|serves?|prox(?:y|ies)|after|before|once|only|ports?|rather|since|due|of|per|the)(?![\p{L}\p{N}])))/iu

/** What counts something else when it stands behind a number. */
const unit =
  /^[\s-]?(?:m?s|[µn]s|msecs?|millis(?:econds)?|milliseconds?|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|days?|weeks?|months?|years?|reqs?|requests?|[kKmMgGtT]i?[bB]?(?![\w-])|bytes?|px|pixels?|lines?|loc|rows?|tokens?|chars?|characters?|r\/?s|rps|qps|tps|people|stars?|entries|dollars?|usd|eur|times|x|×|percent|st|nd|rd|th)(?![\p{L}\p{N}])|^\s*[%×€$]/iu

/** Whether a number is more likely a year. */
export function isYear(port: number): boolean {
  return port >= 1950 && port <= 2039
}

/** Whether what stands around a number says that it is a port. */
export function isPort(candidate: Candidate): boolean {
  const { port, before, behind, isLineAboutPorts, isSectionAboutPorts } = candidate
  if (unit.test(behind)) return false
  if (isNamedPort(candidate) || isNextPort(candidate) || isWrittenWithProtocol(candidate) || isBehindColon(candidate))
    return true
  if (/\S:$/.test(before))
    return (
      isMapped(candidate, isLineAboutPorts || isSectionAboutPorts || endsInService(before)) ||
      nameOf(candidate) !== undefined
    )
  if (
    port < (isLineAboutPorts || isSectionAboutPorts ? 20 : 80) ||
    /\b(?:issue|pr|pull request|line|lines|page|chapter|section|step|version|rfc|cve|error|code|status|http|pid|process|id|since|©|copyright|in|top|circa|year|ticket|commit|build|answers?|returns?|room|errors)\s*[#(]?$/i.test(
      before,
    )
  ) {
    return false
  }
  if (isQuantity(before) || (isYear(port) && /[(（]\s*$/.test(before))) return false
  const isSure = isLineAboutPorts || isSectionAboutPorts
  // "- 2023: one service", "in 2025 it was 9091"
  if (isYear(port) && before.trim() === '' && behind.startsWith(':')) return false
  if (isYear(port) && !isLineAboutPorts && !(isSectionAboutPorts && (before.trim() === '' || !/^[\s)]*$/.test(behind))))
    return false
  const isService = endsInService(before)
  if (port < 1000 && !isSure) return false
  return (
    isListenedOn(candidate) ||
    (isSure && wayOn.test(behind) && isComparedPort(candidate)) ||
    ((isSure || isService) && /^\s+by default\b/.test(behind)) ||
    (isSure && /\branges?[\s:(]*$/i.test(before) && /^\s?[-–—]\s?\d/.test(behind)) ||
    ((isService || candidate.hasAddress) &&
      wayOn.test(behind) &&
      /\b(?:formerly|previously|originally|was|not|instead of)\s+:?$/i.test(before)) ||
    ((isSure || isService) && (isInParentheses(candidate) || isValue(candidate) || isMoved(candidate))) ||
    ((isSure || beginsWithService(behind)) && isLeading(candidate)) ||
    (isSure && before.trim() === '' && /^\s+\p{L}/u.test(behind) && beginsWithService(behind)) ||
    (isService && isSure && isNeighbour(candidate)) ||
    isTold(candidate) ||
    isMapped(candidate, isSure || isService)
  )
}

/** Words for what is counted or measured, within the last three before a number or as the last. */
const quantities = new Set(
  'timeout limit limits max maximum min minimum size memory dim dims dimension dimensions interval retries pool rate buffer ttl delay batch count total bytes length budget price cost score context window concurrency throughput latency duration capacity quota'.split(
    ' ',
  ),
)
const counted = new Set(
  'calls requests users connections tokens items rows lines stars threads workers keys files tests'.split(' '),
)

/** Whether the words before a number say that it counts or measures something. */
function isQuantity(before: string): boolean {
  const words = (before.slice(-50).match(/\p{L}+/gu) ?? []).map((word) => word.toLowerCase())
  return words.slice(-3).some((word) => quantities.has(word)) || counted.has(words.at(-1) ?? '')
}

/** "port 3000", "Ports: 3000", "port is set to 3000", "port (default 3000)", "Port range 3000". */
function isNamedPort({ port, before, behind }: Candidate): boolean {
  const named =
    /(?:^|[^\p{L}\p{N}-])(?:ports?|portas?|puertos?|портов|порты?)(?:\(s\))?(?:[\s:=(["'`→–—?]|\b(?:is|are|was|were|be|numbers?|nos?|to|from|ranges?|at|set|defaults?|mappings?|mapped|bindings?|now|changed|moved|updated|in|on|the|e\.g\.|forward(?:ing|ed)?|tcp|udp|using|use|uses)\b){1,12}$|(?:端口|ポート|포트)[号番호]?[\s:：=(为是は]{0,4}$/iu.test(
      before,
    )
  if (!named || port < 20 || /\b(?:usb|serial|view|switch|com|midi|hdmi|ethernet)[\s-]+ports?\W*$/i.test(before))
    return false
  // "The port to 2.0" and "ports 1000 tests": what follows is counted.
  return /\bports?[\s:=(["'`]*(?:(?:numbers?|is|are|was)[\s:=]*)?$/i.test(before) || wayOn.test(behind)
}

/** The further numbers of a list or range: "3000, 3001 and 3002", "3000-3009", "3000/3001". */
function isNextPort({ between, port, behind }: Candidate): boolean {
  if (between === undefined || port < 80 || !wayOn.test(behind)) return false
  return /^\s*(?:\([^()]{1,30}\)\s*)?(?:,|;|\/|&|-|–|—|‑|\+|\.\.\.?|,?\s*(?:and|or|to|through|und|y|e)\b)\s*(?:\bports?\s*)?:?$/i.test(
    between,
  )
}

/** "3000/tcp", "the 3000 port". */
function isWrittenWithProtocol({ port, behind }: Candidate): boolean {
  return port >= 20 && (/^\/(?:tcp|udp)\b/i.test(behind) || (port >= 80 && /^\s+port\b(?!\s+of\b)/i.test(behind)))
}

/** ":3000", "lsof -i :3000", ":::3000". */
function isBehindColon({ port, before, behind }: Candidate): boolean {
  return (
    (port >= 1000 || port === 80 || port === 443) &&
    /(?:^|[\s([{"'|│→>,/]|-t?i)(?::::?|:)$/.test(before) &&
    !/^[:\d]/.test(behind) &&
    (!/["']:$/.test(before) || /^["'/]/.test(behind))
  )
}

/** "runs on 3000", "available at 3000", "bound to 3000". */
function isListenedOn({ port, before, behind, isLineAboutPorts, isSectionAboutPorts }: Candidate): boolean {
  if (!wayOn.test(behind)) return false
  const isVerb =
    /\b(?:listen(?:s|ing)?|run(?:s|ning)?|start(?:s|ed|ing)?|binds?|binding|bound|serv(?:es?|ed|ing)|expos(?:es?|ed|ing)|available|accessible|reachable|publish(?:es|ed)?|hosted|mapped|maps|forward(?:s|ed)?|lives?|deployed|up|sits?|originally|previously|formerly|moved|back|also|still|is|are|was|were|now|on localhost|proxy|server|api|service|app|gateway|grafana|prometheus)\s+(?:\w+\s+)?on\s+:?$/i.test(
      before,
    )
  if (isVerb && port >= 1000) return true
  const isSure =
    isLineAboutPorts ||
    isSectionAboutPorts ||
    (/\b(?:on|at|uses?)\s+:?$/i.test(before) && endsInService(before.replace(/\s+\S+\s*$/, '')))
  return (
    isSure &&
    /\b(?:listens?|bind|binds|bound|forwards?|maps?|mapped|exposes?|publishes|uses?|using|takes|gets|container|host|on|at|to|connect)\s+:?$/i.test(
      before,
    )
  )
}

/** "(not 5432)", "instead of 5432", "from 3000 to 4000", "was 3000". */
function isComparedPort({ before, isLineAboutPorts }: Candidate): boolean {
  return (
    /\b(?:not|instead of|rather than|was|were|formerly|previously|originally|used to be|now)\s+[("'`]?$/.test(before) ||
    (isLineAboutPorts &&
      /\b(?:than|from|to|avoids?|avoiding|default|keep|e\.g\.|like|[Ee]xample:?)\s+[("'`]?$/.test(before))
  )
}

/** "Gateway (3000)", "(3000, 3001)", "(3002 → 3010)", "(default: 3000)". */
function isInParentheses({ before, behind }: Candidate): boolean {
  return (
    /[(（](?:(?:default|host|container|port|external|internal|on|was|now|e\.g\.)?[\s:]{0,2}):?$/i.test(before) &&
    /^\s*(?:[)）\],;/]|[-–—]\s?\d|→|->|\+|$|\s(?:inside|internal(?:ly)?|externally|in|on|outside)\b)/.test(behind)
  )
}

/** "Gateway: 3000", "Gateway = 3000", "Gateway → 3000", "Gateway - 3000", where nothing else follows. */
function isValue({ before, behind }: Candidate): boolean {
  const isBehindMark = /(?:[:=：→]|[-=]+>|\s[-–—]|\|)\s*:?$/.test(before) && !/^\s*[-:=|–—→]*\s*:?$/.test(before)
  return isBehindMark && /^\s*(?:$|[,;()|✅✓✔]|→|[-=]+>|[-–—](?:\s|\d)|\/\s?\d|\.\s|\.$|<)/u.test(behind)
}

/** "moved from 3002 to 3010" */
function isTold({ before, behind }: Candidate): boolean {
  return (
    (/\bmoved\s+from\s+$/i.test(before) && /^\s+to\s+\d{4,5}\b/.test(behind)) ||
    /\bmoved\s+from\s+\d{4,5}\s+to\s+$/i.test(before)
  )
}

/** Both sides of an arrow: "3002 → 3010". */
export function isMoved({ before, behind }: Pick<Candidate, 'before' | 'behind'>): boolean {
  return (
    /^\s*(?:→|➜|➡️?|⇒|⟶|[-=]+>)\s*:?\d{2,5}(?![\d\p{L}])/u.test(behind) ||
    /(?<!\d)\d{2,5}\s*(?:→|➜|➡️?|⇒|⟶|[-=]+>)\s*:?$/u.test(before)
  )
}

/** "3000 - driftos-gateway", "3000: gateway", "3000 (gateway)", at the beginning of a line or cell. */
function isLeading({ before, behind, isLineAboutPorts }: Candidate): boolean {
  if (isLineAboutPorts && before.trim() === '' && /^\s+(?:is|for)\b/.test(behind)) return true
  return (
    /^[\s("'[|│:]*$/.test(before) &&
    /^\s*(?:[-–—:=→(|]|[-=]+>|\s{2,}|\d|\/\s?\d|,\s?\d|$)/.test(behind) &&
    !/^\s*-\d{1,2}\b/.test(behind)
  )
}

/** "gateway 3000, core 3001". */
function isNeighbour({ before, behind }: Candidate): boolean {
  return (
    /[\p{L}\p{N})]\s+$/u.test(before) &&
    !/\b(?:than|over|about|around|approximately|up to|with|has|have|all|every|least|most|first|last|next|max|maximum|minimum|of)\s+$/i.test(
      before,
    ) &&
    /^\s*(?:$|[,;.)|│\]·•]|(?:and|runs?|are|is)\b|\()/.test(behind)
  )
}

/** "5433:5432", published outside and taken inside. */
function isMapped({ port, before, behind }: Candidate, isSure: boolean): boolean {
  const other = /^:(\d{2,5})(?![\d:.\p{L}])/u.exec(behind)?.[1] ?? /(?<![\d:.\p{L}])(\d{2,5}):$/u.exec(before)?.[1]
  return (
    other !== undefined &&
    Number(other) >= 80 &&
    Number(other) <= 65_535 &&
    !(port === 1000 && Number(other) === 1000) &&
    (isSure || (port >= 1000 && Number(other) >= 1000))
  )
}

/** The service before a colon, as in `core:3001`. */
export function nameOf({ port, before, behind }: Candidate): string | undefined {
  const name = /(?:^|[\s([|│>`"'])([A-Za-z][\w-]{1,40}):$/.exec(before)?.[1]
  return name !== undefined && port >= 1000 && endsInService(name) && !/^[:\d]/.test(behind) ? name : undefined
}

/** Any number of a cell that holds ports counts, but what is counted or dated. */
export function isPortOfCell({ port, before, behind }: Candidate): boolean {
  return (
    port >= 20 &&
    !unit.test(behind) &&
    !/\b(?:since|until|in|v|version|#)\s*$/i.test(before) &&
    !(isYear(port) && /\(\s*$/.test(before)) &&
    !/\S:$/.test(before.replace(/\d:$/, ''))
  )
}
