import { history, isRegisteredPort, PORTS, ranges, type RangeDefinition, type ServiceName } from '@driftos/ports'
import { serviceNames } from '../definitions.js'
import { entryOf, type Directory } from '../directory.js'
import { ServiceLink } from './service-link.js'

/** Lists the services, retired and reserved ports of a range, or those outside all ranges. */
export function PortList(props: { readonly first?: number; readonly last?: number; readonly directory: Directory }) {
  const { first, last, directory } = props
  const isIn = (port: number) =>
    first === undefined || last === undefined ? !isInRange(port) : port >= first && port <= last
  const held = serviceNames.filter((service) => isIn(PORTS[service]))
  // Outside the ranges, each service's own line has its current port.
  const guests = directory.filter(({ movedBy, port }) => movedBy && first !== undefined && isIn(port))
  const left = history.filter(({ from }) => !isRegisteredPort(from) && isIn(from))
  const reserved = Object.values<RangeDefinition>(ranges).filter((range) => range.reserved && isIn(range.first))
  return (
    <ul className="port-list">
      {held.map((service) => (
        <li key={service}>
          <Held service={service} directory={directory} />
        </li>
      ))}
      {guests.map(({ service, port }) => (
        <li key={`${service} here`}>
          <b className="guest">{port}</b> <ServiceLink service={service} /> here
        </li>
      ))}
      {left.map(({ service, from }) => (
        <li key={from}>
          <a className="retired" href={`/ports/${from}`}>
            {from}
          </a>{' '}
          retired, {service}’s
        </li>
      ))}
      {reserved.map(({ reserved: free }) => (
        <li key={free!.first}>
          <span>
            {free!.first}–{free!.last}
          </span>{' '}
          reserved
        </li>
      ))}
      {held.length + guests.length + left.length + reserved.length === 0 && <li>no service yet</li>}
    </ul>
  )
}

function Held({ service, directory }: { service: ServiceName; directory: Directory }) {
  const { movedBy, port } = entryOf(directory, service)
  return (
    <>
      <b>{PORTS[service]}</b> <ServiceLink service={service} />
      {movedBy && `, here on ${port}`}
    </>
  )
}

function isInRange(port: number): boolean {
  return Object.values<RangeDefinition>(ranges).some(({ first, last }) => port >= first && port <= last)
}
