import type { LaneRow } from '../lanes.js'

/** Sizes in pixels. */
const left = 9
const narrowest = 48
const widest = 132
const fullGap = 12
const dotY = 20

/** Higher than any row, which clips its drawing: a path cannot end at 100 %. */
const tallest = 1_000_000

/** The number of colours; shapes and texts have the same information. */
const colours = 6

/** Returns the class for a lane's colour. */
export function laneClass(lane: number): string {
  return `lane-${lane % colours}`
}

/** Returns the distance of the lanes and the width of their gutter, in pixels. A narrow window has lanes closer together. */
export function measureGutter(laneCount: number, isWide: boolean): { readonly gap: number; readonly width: number } {
  const gaps = Math.max(1, laneCount - 1)
  const gap = Math.min(fullGap, ((isWide ? widest : narrowest) - 2 * left) / gaps)
  return { gap, width: Math.max(narrowest, 2 * left + gap * gaps) }
}

/** Draws the lanes next to a message; its text has the same information. */
export function LaneGutter({ row, gap, action }: { row: LaneRow; gap: number; action: string }) {
  const xOf = (lane: number) => left + lane * gap
  const x = xOf(row.lane)
  const curve = (from: number) => `M${xOf(from)} 0C${xOf(from)} ${dotY * 0.7} ${x} ${dotY * 0.3} ${x} ${dotY}`
  const { passing, forksFrom, comesFrom } = row
  return (
    <svg className="gutter" aria-hidden="true">
      {byColour(passing).map((lanes) => (
        <path
          key={lanes[0]}
          className={`passing ${laneClass(lanes[0]!)}`}
          d={lanes.map((lane) => `M${xOf(lane)} 0V${tallest}`).join('')}
        />
      ))}
      <g className={laneClass(row.lane)}>
        {row.isJoinedAbove && <line x1={x} x2={x} y1="0" y2={dotY} />}
        {row.isJoinedBelow && <line x1={x} x2={x} y1={dotY} y2="100%" />}
        {row.isLeft && !row.isJoinedBelow && <line className="move" x1={x} x2={x} y1={dotY} y2="100%" />}
        {comesFrom !== undefined && comesFrom !== forksFrom && <path className="move" d={curve(comesFrom)} />}
        {forksFrom !== undefined && <path d={curve(forksFrom)} />}
        {action === 'BRANCH' && <rect className="dot" x={x - 6} y={dotY - 6} width="12" height="12" rx="2" />}
        {action === 'ROUTE' && <circle className="dot hollow" cx={x} cy={dotY} r="5.5" />}
        {action === 'STAY' && <circle className="dot" cx={x} cy={dotY} r="4.5" />}
      </g>
    </svg>
  )
}

/** Groups lanes by colour: one path for each, since a line for each lane of each message delays a long conversation. */
function byColour(lanes: readonly number[]): number[][] {
  const groups = Array.from({ length: colours }, (_, colour) => lanes.filter((lane) => lane % colours === colour))
  return groups.filter(({ length }) => length > 0)
}
