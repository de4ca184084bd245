import { acme } from '../acme.fixture.js'
import { versions } from './sync.fixture.js'
import { findDrift, writeChanges } from './sync.js'

// Writes one version and the other, in the directory that it is given, until it is killed.
const root = process.argv[2]!
for (let round = 0; ; round++) {
  await writeChanges(await findDrift(versions[round % 2]!, acme, root), root)
  if (round === 0) console.log('wrote everything once')
}
