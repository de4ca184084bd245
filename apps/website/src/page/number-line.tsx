import { PORTS, ranges, type RangeName } from '@driftos/ports'
import { serviceNames } from '../definitions.js'
import type { Directory } from '../directory.js'

const thousand = 1000
const maxTicks = 8

/** Draws all ports and ranges on one line, to scale, with moved services at their current ports. */
export function NumberLine({ directory }: { readonly directory: Directory }) {
  const spans = (Object.keys(ranges) as RangeName[]).map((name) => ranges[name])
  const numbers = [...directory.map(({ port }) => port), ...Object.values(PORTS), ...spans.map(({ last }) => last)]
  const first = Math.floor(Math.min(...numbers) / thousand) * thousand
  const last = Math.ceil(Math.max(...numbers) / thousand) * thousand
  const step = Math.ceil((last - first) / thousand / maxTicks) * thousand
  const ticks = Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step)
  const x = (port: number) => `${percent((port - first) / (last - first))}%`
  const moved = directory.filter(({ movedBy }) => movedBy)
  return (
    <figure className="line">
      <svg
        width="100%"
        height="72"
        role="img"
        aria-label={`Ports ${first} to ${last}, to scale; the lists below have the same content.`}
      >
        <line className="axis" x1="0" x2="100%" y1="44" y2="44" />
        {spans.map((range) => (
          <rect
            key={range.first}
            className="span"
            x={x(range.first)}
            width={`${percent(Math.max(0.003, (range.last + 1 - range.first) / (last - first)))}%`}
            y="36"
            height="16"
          />
        ))}
        {serviceNames.map((service) => {
          const isHere = directory.some((entry) => entry.service === service && !entry.movedBy)
          return (
            <line
              key={service}
              className={isHere ? 'mark' : 'mark left'}
              x1={x(PORTS[service])}
              x2={x(PORTS[service])}
              y1="26"
              y2="52"
            />
          )
        })}
        {moved.map(({ service, port }) => (
          <circle key={service} className="guest" cx={x(port)} cy="20" r="5" />
        ))}
        {ticks.map((tick) => (
          <text key={tick} className="tick" x={x(tick)} y="68" textAnchor={anchorOf(tick, first, last)}>
            {tick}
          </text>
        ))}
      </svg>
    </figure>
  )
}

function anchorOf(tick: number, first: number, last: number): 'start' | 'middle' | 'end' {
  if (tick === first) return 'start'
  return tick === last ? 'end' : 'middle'
}

function percent(part: number): number {
  return Math.round(part * 100_000) / 1000
}
