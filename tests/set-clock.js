// Loaded before a process's code: sets the system clock when the parent process sends a message, as NTP does. The
// monotonic clock, `performance.now`, and the timers are unchanged, as on a real system.
const RealDate = Date
let byMs = 0

globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length > 0 ? args : [RealDate.now() + byMs]))
  }

  static now() {
    return RealDate.now() + byMs
  }
}

process.on('message', (message) => {
  byMs = message.byMs
  process.send({ byMs })
})
process.channel.unref()
