import type { ServiceName } from '@driftos/ports'
import { keptLatencies } from '../live/record.js'
import type { Live } from './use-live.js'

const height = 20
/** Below this time a difference does not matter: the line stays low. */
const leastScaleMs = 20

/** Draws the times of the latest answers, the newest at the right end of its axis; a gap is a check without one. */
export function Sparkline({ service, live }: { readonly service: ServiceName; readonly live: Live }) {
  const latencies = live.site?.records[service].latencies ?? []
  const known = latencies.filter((each) => each !== null)
  const scale = Math.max(leastScaleMs, ...known)
  let path = ''
  let isDrawing = false
  latencies.forEach((latency, index) => {
    if (latency !== null) {
      const x = keptLatencies - latencies.length + index
      path += `${isDrawing ? 'L' : 'M'}${x} ${(height - 1 - (latency / scale) * (height - 2)).toFixed(1)}`
    }
    isDrawing = latency !== null
  })
  const slowest = known.length > 0 ? `: at most ${Math.max(...known)} ms` : ''
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${keptLatencies} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Latest answer times${slowest}`}
    >
      <path className="axis" d={`M0 ${height - 0.5}H${keptLatencies}`} />
      <path d={path} />
    </svg>
  )
}
