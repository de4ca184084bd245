// Loaded before a process's own code: the time of day is put on or back when the parent says so, as by NTP. The clock
// that only runs, `performance.now`, and the timers are left alone, as the system leaves them.
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
