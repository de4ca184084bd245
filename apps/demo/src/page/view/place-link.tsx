import type { AnchorHTMLAttributes } from 'react'
import { formatLocation, type PageLocation } from '../location.js'
import { goTo } from '../place.js'

/** A link within the page; with a modifier key it opens a window as any other. */
export function PlaceLink({
  to,
  onClick,
  children,
  ...attributes
}: AnchorHTMLAttributes<HTMLAnchorElement> & { to: PageLocation }) {
  return (
    <a
      {...attributes}
      href={formatLocation(to)}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
        event.preventDefault()
        goTo(to)
        onClick?.(event)
      }}
    >
      {children}
    </a>
  )
}
