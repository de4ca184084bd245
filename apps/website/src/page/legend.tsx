const kinds = [
  ['assigned', 'held'],
  ['guest', 'held here, by an override'],
  ['left', 'held by the registry, elsewhere here'],
  ['reserved', 'reserved'],
  ['retired', 'retired'],
  ['free', 'free'],
] as const

/** What the cells of the map mean; overrides only where there are any. */
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
