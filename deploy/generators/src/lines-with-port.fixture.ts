import { services, type ServiceName } from '@driftos/ports'
import type { Artifact } from './artifact.js'
import { registry, registryWith } from './fake-registry.fixture.js'

/** A port that no service has. */
const elsewhere = 4321

/**
 * The lines of an artifact that another port of one service changes, as they are now.
 *
 * @throws when such a change touches anything but that port's number
 */
export function findLinesWithPort(artifact: Artifact, name: ServiceName): string[] {
  const { port } = services[name]
  const before = artifact.render(registry).split('\n')
  const after = artifact.render(registryWith(name, { port: elsewhere })).split('\n')
  if (before.length !== after.length) throw new Error(`${artifact.file} has other lines once ${name} has moved`)
  return before.filter((line, index) => {
    if (line === after[index]) return false
    const expected = line.replaceAll(new RegExp(`\\b${port}\\b`, 'g'), String(elsewhere))
    if (after[index] !== expected) throw new Error(`${artifact.file}: ${line} became ${after[index]}`)
    return true
  })
}
