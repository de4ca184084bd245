import { exchange, type Step } from './exchange.js'
import { type Protocol } from './protocol.js'

/** Waits for the greeting of a mail server and sends HELO, which an FTP server with the same greeting refuses. */
export const smtp: Protocol = (target) => {
  let isGreeted = false
  return exchange(target, {
    name: 'SMTP',
    read(received) {
      const text = received.toString('latin1')
      // RFC 5321, 4.2: lines of a code and a hyphen, then one of a code and a blank.
      if (!/^(?:\d{0,3}$|\d{3}[- \r])/.test(text)) return stranger
      const [, code] = /^(?:\d{3}-[^\n]*\r?\n)*(\d{3})(?: [^\n]*)?\r?\n$/.exec(text) ?? []
      if (!code) return undefined
      if (code.startsWith('4') || code === '554') return { state: 'down', reason: `answers ${code}`, farewell: quit }
      if (isGreeted) return code === '250' ? { state: 'up', farewell: quit } : stranger
      isGreeted = true
      return code === '220' ? Buffer.from('HELO localhost\r\n') : stranger
    },
  })
}

const quit = Buffer.from('QUIT\r\n')
const stranger: Step = { state: 'stranger', reason: 'another process answers, but not as SMTP' }
