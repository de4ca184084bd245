const kinds = [
  ['assigned', 'registered'],
  ['guest', 'used on this machine, by an override'],
  ['left', 'registered, moved on this machine'],
  ['reserved', 'reserved'],
  ['retired', 'retired'],
  ['free', 'free'],
] as const

/** Explains the cells of the map; overrides only if there are any. */
export function Legend({ isMoved }: { readonly isMoved: boolean }) {
  return (
    <ul className="legend">
      {kinds
        .filter(([kind]) => isMoved || (kind !== 'guest' && kind !== 'left'))
        .map(([kind, meaning]) => (
          <li key={kind}>
            <svg width="16" height="16" aria-hidden="true" className={`cell ${kind}`}>
              <rect x="1" y="1" width="14" height="14" />
              {kind === 'retired' && <line x1="1" x2="15" y1="15" y2="1" />}
            </svg>
            {meaning}
          </li>
        ))}
    </ul>
  )
}
