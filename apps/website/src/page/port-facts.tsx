import {
  findService,
  isRegisteredPort,
  PORTS,
  retired,
  services,
  type RetiredService,
  type ServiceName,
} from '@driftos/ports'
import { entryOf, type Directory } from '../directory.js'
import { findMovesFrom, findNearestTo, lastPort } from '../find.js'
import { ServiceLink } from './service-link.js'

/** All that is to be said of a number: who holds it, who held it and where it went, what is there on this machine. */
export function PortFacts({ port, directory }: { readonly port: number; readonly directory: Directory }) {
  if (port < 1 || port > lastPort) {
    return (
      <p>
        {port} is no port: ports are 1 to {lastPort}.
      </p>
    )
  }
  const here = directory.filter((entry) => entry.port === port && PORTS[entry.service] !== port)
  return (
    <>
      <p>
        <ByRegistry port={port} directory={directory} />
      </p>
      {isRegisteredPort(port) &&
        findMovesFrom(port).map(({ service, to, reason }) => (
          <p key={service}>
            Before, it was <ServiceLink service={service as ServiceName} />
            ’s until it moved to {to}: {reason}.
          </p>
        ))}
      {here.map(({ service, movedBy }) => (
        <p key={service}>
          Here <ServiceLink service={service} /> is on {port}, moved from {PORTS[service]} by <code>{movedBy}</code>.
        </p>
      ))}
    </>
  )
}

function ByRegistry({ port, directory }: { port: number; directory: Directory }) {
  const record = findService(port)
  if (record === undefined) {
    const nearest = findNearestTo(port)
    return (
      <>
        <b>{port}</b> is not registered: nobody holds it or held it. Nearest is <ServiceLink service={nearest} /> on{' '}
        {PORTS[nearest]}.
      </>
    )
  }
  if (record.status === 'reserved') {
    return (
      <>
        <b>{port}</b> is reserved for a service to come.
      </>
    )
  }
  if (record.status === 'retired') return <Retired port={port} directory={directory} />
  const service = record.service as ServiceName
  return (
    <>
      <b>{port}</b> is <ServiceLink service={service} />
      ’s
      <Elsewhere service={service} directory={directory} />.
    </>
  )
}

function Retired({ port, directory }: { port: number; directory: Directory }) {
  const { service = '', movedTo } = findService(port)!
  const gone = (retired as Readonly<Record<string, RetiredService>>)[service]
  if (movedTo === undefined) {
    return (
      <>
        <b>{port}</b> is retired: {service}’s until that was retired{gone && `: ${gone.reason}`}.
      </>
    )
  }
  const holder = service as ServiceName
  const move = findMovesFrom(port).at(-1)
  return (
    <>
      <b>{port}</b> is retired: <ServiceLink service={holder} />
      ’s until it moved to {movedTo}
      {move && `, ${move.reason}`}
      <Elsewhere service={holder} directory={directory} />.
    </>
  )
}

/** Where the environment has a service, when that is not its registered port. */
function Elsewhere({ service, directory }: { service: ServiceName; directory: Directory }) {
  const { port, movedBy } = entryOf(directory, service)
  if (port === services[service].port) return null
  return (
    <>
      ; here {service} is on {port}, by <code>{movedBy}</code>
    </>
  )
}
