import { mkdirSync, writeFileSync } from 'node:fs'
import { findCheckout } from './checkout.js'
import { freeSlot, takeSlot } from './slots.js'

// A process that takes a slot: `node ledger.fixture.mjs <root> <start> <rounds> <port>…`. It prints the slot of each round.
const [root, start, rounds, ...ports] = process.argv.slice(2)
const services = Object.fromEntries(ports.map((port) => [`service${port}`, { port: Number(port), scheme: 'http' }]))

mkdirSync(`${root!}/.git`, { recursive: true })
writeFileSync(`${root!}/.git/HEAD`, 'ref: refs/heads/main\n')
const checkout = findCheckout(root!, { project: 'fixture' })!
await new Promise((resolve) => setTimeout(resolve, Number(start) - Date.now()))
for (let round = 0; round < Number(rounds); round++) {
  if (round > 0) await freeSlot(checkout.root)
  const { offset, warnings } = await takeSlot(checkout, services)
  console.log(JSON.stringify({ offset, warnings }))
}
