import { stopOnSignals } from './stop.js'

// Runs a process whose work neither ends nor fails.
setInterval(() => {}, 1000)
stopOnSignals(() => new Promise(() => {}), console.log, 300)
console.log('started')
