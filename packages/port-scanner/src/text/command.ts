import { findLabel } from './label.js'
import type { NumberInText, Reading } from './number.js'

/** `kill-port 3000`, `nc -z localhost 3000`, `http.server 8000`, `lsof -ti:3000`, `listen 80;`. */
export function readCommand({ before, style, port, text, end }: NumberInText): Reading | undefined {
  const near = before.slice(-80)
  const isProbe = /(?:^|[\s`"'|;&$(])(?:lsof\s+(?:-\w+\s+)*-\w*i\s?(?:tcp)?:|fuser\s+(?:-\w+\s+)*)$/i.test(near)
  if (isProbe) return { role: 'flag', side: 'host', clues: [] }
  if (/^\/(?:tcp|udp)\b/.test(text.slice(end, end + 5)) && /[\s"'`(>]$/.test(near)) {
    return { role: 'flag', side: near.endsWith('>') ? 'container' : 'host', clues: findLabel(before, '') }
  }
  if (/\/dev\/tcp\/(?:localhost|127\.0\.0\.1)\/$/.test(near)) return { role: 'url', side: 'host', clues: [] }
  if (style !== 'code' || port < 20) return undefined
  const isArgument =
    /(?:^|[\s`"'|;&$(])(?:kill-port|wait-port|http\.server|SimpleHTTPServer|ngrok\s+(?:http|tcp)|ufw\s+allow|(?:nc|ncat|netcat|telnet)(?:\s+-\w+(?:\s\d{1,2})?)*(?:\s+["']?[A-Za-z$][\w.${}-]*["']?)?)(?:\s+\d+)*\s+$/.test(
      near,
    )
  if (isArgument) return { role: 'flag', side: 'host', clues: [] }
  const isDirective =
    /(?:\.listen\(\s?|(?:^|[\s;{])listen\s+(?:\[::\]:)?)$/.test(near) &&
    /^[\s;,)]/.test(text.slice(end, end + 1)) &&
    port >= 80
  return isDirective ? { role: 'listen', side: 'host', clues: [] } : undefined
}
