import type { PropsWithChildren } from 'react'
import { PlaceLink } from './place-link.js'

export function PageHeader({ children }: PropsWithChildren) {
  return (
    <header>
      <div className="top">
        <h1>
          <PlaceLink to={{}}>DriftOS demo</PlaceLink>
        </h1>
        <nav aria-label="Conversations">
          <PlaceLink to={{}}>New conversation</PlaceLink>
        </nav>
      </div>
      {children}
    </header>
  )
}
