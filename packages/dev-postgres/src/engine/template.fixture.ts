import { randomBytes } from 'node:crypto'
import { writeTemplate } from './template.js'

// Writes templates until it is killed.
const archive = randomBytes(1024 * 1024)
for (;;) {
  writeTemplate(process.argv[2], archive)
  process.stdout.write('.')
}
