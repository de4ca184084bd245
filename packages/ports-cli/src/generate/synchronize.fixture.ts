import { large, registry, registryWith } from './fake-registry.fixture.js'
import { listArtifacts } from './index.js'
import { findDrift, writeDrift } from './synchronize.js'

// Goes to and fro between two registries in the folder that it is given, until it is killed.
const registries = [registry, registryWith('core', { port: 4321 })]
const root = process.argv[2]!
for (let round = 0; ; round++) {
  const from = registries[round % 2]!
  await writeDrift(await findDrift([...listArtifacts(from), large], from, root), root)
  if (round === 0) console.log('wrote everything once')
}
