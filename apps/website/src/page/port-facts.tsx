import { findService, isRegisteredPort, PORTS, retired, type RetiredService, type ServiceName } from '@driftos/ports'
import { entryOf, type Directory } from '../directory.js'
import { findMovesFrom, findNearestTo, lastPort } from '../find.js'
import { ServiceLink } from './service-link.js'

/** Shows the status of a number: the service that uses it on this machine, then its current and past services. */
export function PortFacts({ port, directory }: { readonly port: number; readonly directory: Directory }) {
  if (port < 1 || port > lastPort) {
    return (
      <p>
        {port} is not a port: expected 1 to {lastPort}.
      </p>
    )
  }
  const here = directory.filter((entry) => entry.port === port && PORTS[entry.service] !== port)
  return (
    <>
      {here.map(({ service, movedBy }) => (
        <p key={service}>
          On this machine <ServiceLink service={service} /> is on <b>{port}</b>, moved from {PORTS[service]} by{' '}
          <code>{movedBy}</code>.
        </p>
      ))}
      <p>
        <ByRegistry port={port} directory={directory} />
      </p>
      {isRegisteredPort(port) &&
        findMovesFrom(port).map(({ service, to, reason }) => (
          <p key={service}>
            Until it moved to {to}, <ServiceLink service={service as ServiceName} /> had this port: {reason}.
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
        <b>{port}</b> is not registered. Nearest is <ServiceLink service={nearest} /> on {PORTS[nearest]}.
      </>
    )
  }
  if (record.status === 'reserved') {
    return (
      <>
        <b>{port}</b> is reserved for a future service.
      </>
    )
  }
  if (record.status === 'retired') return <Retired port={port} directory={directory} />
  const service = record.service as ServiceName
  return (
    <>
      <b>{port}</b> belongs to <ServiceLink service={service} />
      <Elsewhere service={service} directory={directory} />.
    </>
  )
}

function Retired({ port, directory }: { port: number; directory: Directory }) {
  const { service = '', movedTo } = findService(port)!
  const last = (retired as Readonly<Record<string, RetiredService>>)[service]
  if (movedTo === undefined) {
    return (
      <>
        <b>{port}</b> is retired with its last service, {service}
        {last && `: ${last.reason}`}.
      </>
    )
  }
  const holder = service as ServiceName
  const move = findMovesFrom(port).at(-1)
  return (
    <>
      <b>{port}</b> is retired: <ServiceLink service={holder} /> moved to {movedTo}
      {move && `, ${move.reason}`}
      <Elsewhere service={holder} directory={directory} />.
    </>
  )
}

/** Shows a service's current port, if that is not its registered port. */
function Elsewhere({ service, directory }: { service: ServiceName; directory: Directory }) {
  const { port, movedBy } = entryOf(directory, service)
  if (port === PORTS[service]) return null
  return (
    <>
      ; on this machine {service} is on {port}, by <code>{movedBy}</code>
    </>
  )
}
