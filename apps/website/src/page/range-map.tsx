import { findService, PORTS, ranges, type RangeName } from '@driftos/ports'
import { serviceNames } from '../definitions.js'
import type { Directory } from '../directory.js'
import { PortList } from './port-list.js'

/** The largest range that is drawn as one cell per number. */
const maxCells = 20

/** Draws each range on its own line, to scale, with a list of its ports. */
export function RangeMap({ directory, around }: { readonly directory: Directory; readonly around?: number }) {
  const names = (Object.keys(ranges) as RangeName[]).filter(
    (name) => around === undefined || (around >= ranges[name].first && around <= ranges[name].last),
  )
  return (
    <div className="ranges">
      {names.map((name) => {
        const { first, last, summary } = ranges[name]
        return (
          <figure key={name}>
            <figcaption>
              {summary}{' '}
              <span>
                {first}–{last}
              </span>
            </figcaption>
            <svg
              width="100%"
              height="40"
              role="img"
              aria-label={`${first} to ${last}, to scale; the list below has the same content.`}
            >
              {last - first < maxCells ? (
                <Cells first={first} last={last} directory={directory} />
              ) : (
                <Bar first={first} last={last} directory={directory} />
              )}
            </svg>
            <PortList first={first} last={last} directory={directory} />
          </figure>
        )
      })}
      {around === undefined && (
        <figure>
          <figcaption>Outside the ranges</figcaption>
          <PortList directory={directory} />
        </figure>
      )}
    </div>
  )
}

interface Part {
  readonly first: number
  readonly last: number
  readonly directory: Directory
}

/** Draws a cell for every number. */
function Cells({ first, last, directory }: Part) {
  const width = 100 / (last + 1 - first)
  return Array.from({ length: last + 1 - first }, (_, index) => {
    const port = first + index
    const kind = kindOf(port, directory)
    return (
      <g key={port} className={`cell ${kind}`}>
        <rect x={`${index * width}%`} width={`${width}%`} y="1" height="38" />
        {kind === 'retired' && <line x1={`${index * width}%`} x2={`${(index + 1) * width}%`} y1="39" y2="1" />}
        <text x={`${(index + 0.5) * width}%`} y="24" textAnchor="middle">
          {port}
        </text>
      </g>
    )
  })
}

/** Draws a range as one bar, with marks for the ports of services. */
function Bar({ first, last, directory }: Part) {
  const at = (port: number) => ((port - first) / (last + 1 - first)) * 100
  const marked = [...new Set([...serviceNames.map((name) => PORTS[name]), ...directory.map(({ port }) => port)])]
  return (
    <>
      <g className="cell free">
        <rect x="0" width="100%" y="1" height="38" />
      </g>
      {marked
        .filter((port) => port >= first && port <= last)
        .map((port) => {
          const isRight = at(port) > 50
          return (
            <g key={port} className={`cell bar ${kindOf(port, directory)}`}>
              <rect x={`${at(port)}%`} width="4" y="1" height="38" />
              <text x={`${at(port) + (isRight ? -1 : 2.5)}%`} y="24" textAnchor={isRight ? 'end' : 'start'}>
                {port}
              </text>
            </g>
          )
        })}
    </>
  )
}

/** Returns the status of a number on this machine and in the registry. */
function kindOf(port: number, directory: Directory): 'assigned' | 'guest' | 'left' | 'retired' | 'reserved' | 'free' {
  const here = directory.find((entry) => entry.port === port)
  if (here) return here.movedBy ? 'guest' : 'assigned'
  const status = findService(port)?.status
  return status === 'assigned' ? 'left' : (status ?? 'free')
}
