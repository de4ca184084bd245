import { stopOnSignals } from './stop.js'

/** A process whose work never ends, nor fails to end. */
setInterval(() => {}, 1000)
stopOnSignals(() => new Promise(() => {}), console.log, 300)
console.log('started')
