import type { AnchorHTMLAttributes } from 'react'
import { formatLocation, type PageLocation } from '../location.js'
import { navigate } from '../router.js'

/** Renders a link within the page; with a modifier key it opens a window like any link. */
export function PageLink({
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
        navigate(to)
        onClick?.(event)
      }}
    >
      {children}
    </a>
  )
}
