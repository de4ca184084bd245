import { useRef } from 'react'
import type { Live } from './use-live.js'

/** Shows which checkout of the repository this website belongs to, and links to those of the others. */
export function CheckoutMenu({ live }: { readonly live: Live }) {
  const menu = useRef<HTMLDetailsElement>(null)
  const checkouts = live.site?.checkouts ?? []
  const here = checkouts.find(({ isHere }) => isHere)
  if (!here) return <div className="checkout" />
  const others = checkouts.filter(({ isHere }) => !isHere)
  if (others.length === 0) {
    return (
      <div className="checkout">
        <Name {...here} />
      </div>
    )
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys and the focus come from its summary and links
    <details
      ref={menu}
      className="checkout"
      onKeyDown={({ key }) => {
        if (key !== 'Escape' || !menu.current?.open) return
        menu.current.open = false
        menu.current.querySelector('summary')?.focus()
      }}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) currentTarget.open = false
      }}
    >
      <summary>
        <Name {...here} />
      </summary>
      <ul>
        {others.map((other) => (
          <li key={other.website}>
            {other.isRunning ? (
              <a href={other.website}>
                <Name {...other} />
              </a>
            ) : (
              <span>
                <Name {...other} /> (not running)
              </span>
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}

function Name({ name, branch, offset }: { name: string; branch?: string; offset: number }) {
  return (
    <>
      <b>{name}</b>
      {branch && branch !== name && <span> {branch}</span>}
      {offset !== 0 && <span> {offset > 0 ? `+${offset}` : offset}</span>}
    </>
  )
}
