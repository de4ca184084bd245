import {
  findService,
  history,
  PORTS,
  ranges,
  type RangeDefinition,
  type RangeName,
  type ServiceName,
} from '@driftos/ports'
import { Fragment, type ReactNode } from 'react'
import { isOptional, serviceNames } from '../definitions.js'
import { entryOf, offsetVariable, type Directory } from '../directory.js'
import { findMovesFrom } from '../find.js'
import { SiteLink } from './link.js'
import type { Live } from './use-live.js'

/**
 * Draws each range as cells, one for each number that the registry mentions, coloured by the state of its service, with the
 * moves between them.
 */
export function ServiceMap(props: {
  readonly directory: Directory
  readonly live: Live
  /** The number whose range is drawn; without one all ranges are drawn. */
  readonly around?: number
}) {
  const { directory, live, around } = props
  const names = (Object.keys(ranges) as RangeName[]).filter(
    (name) => around === undefined || (around >= ranges[name].first && around <= ranges[name].last),
  )
  const others = around === undefined ? portsOutside() : []
  const draw = (port: number) => (
    <Cell key={port} port={port} directory={directory} live={live} isCurrent={port === around} />
  )
  return (
    <div className="map">
      {names.map((name) => {
        const { first, last, summary } = ranges[name]
        const drawn = Array.from({ length: last + 1 - first }, (_, index) => first + index).filter(
          (port) => findService(port) ?? port === around,
        )
        return (
          <section key={name} className="card" aria-label={summary}>
            <h3>
              {summary}{' '}
              <span>
                {first}–{last}
              </span>
            </h3>
            <ul className="cells">
              {drawn.map(draw)}
              {last + 1 - first > drawn.length && <li className="rest">{last + 1 - first - drawn.length} free</li>}
            </ul>
          </section>
        )
      })}
      {others.length > 0 && (
        <section className="card" aria-label="Outside the ranges">
          <h3>Outside the ranges</h3>
          <ul className="cells">{others.map(draw)}</ul>
        </section>
      )}
    </div>
  )
}

function Cell(props: { port: number; directory: Directory; live: Live; isCurrent: boolean }) {
  const { port, directory, live, isCurrent } = props
  const service = serviceNames.find((name) => PORTS[name] === port)
  const status = findService(port)?.status ?? 'free'
  const arrivals = history.filter((move) => move.to === port && move.service === service)
  const state = service && stateOf(service, live)
  const moved = service && entryOf(directory, service)
  return (
    <li>
      <SiteLink
        to={`/ports/${service ?? port}`}
        className="cell"
        data-kind={status}
        data-state={state}
        aria-current={isCurrent || undefined}
      >
        <span className="number">{port}</span>
        <span>{service ? breakable(service) : status}</span>
        {state && <span className="hidden">{state}</span>}
        {findMovesFrom(port).map(({ service: left, to }) => (
          <small key={left}>
            <span className="hidden">{left} moved </span>→ {to}
          </small>
        ))}
        {arrivals.map(({ from }) => (
          <small key={from}>
            <span className="hidden">moved from </span>← {from}
          </small>
        ))}
        {moved?.movedBy !== undefined && moved.movedBy !== offsetVariable && <small>here {moved.port}</small>}
      </SiteLink>
    </li>
  )
}

/** Returns a name that can be broken before its capital letters. */
function breakable(name: string): ReactNode {
  return name.split(/(?=[A-Z])/).map((part) => (
    <Fragment key={part}>
      <wbr />
      {part}
    </Fragment>
  ))
}

/** The colour of a cell: an optional service that does not run is not a fault. */
function stateOf(service: ServiceName, live: Live): string {
  if (live.connection !== 'live') return 'unknown'
  const { state } = live.states[service]
  return state === 'down' && isOptional(service) ? 'unknown' : state
}

/** Returns the numbers outside all ranges that a service has or had. */
function portsOutside(): number[] {
  const ports = [...serviceNames.map((service) => PORTS[service]), ...history.map(({ from }) => from)]
  return [...new Set(ports.filter((port) => !isInRange(port)))].toSorted((one, other) => one - other)
}

function isInRange(port: number): boolean {
  return Object.values<RangeDefinition>(ranges).some(({ first, last }) => port >= first && port <= last)
}
