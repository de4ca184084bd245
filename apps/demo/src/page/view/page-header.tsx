import type { PropsWithChildren } from 'react'
import { PageLink } from './page-link.js'

export function PageHeader({ children }: PropsWithChildren) {
  return (
    <header>
      <div className="top">
        <h1>
          <PageLink to={{}}>DriftOS demo</PageLink>
        </h1>
        <nav aria-label="Conversations">
          <PageLink to={{}}>New conversation</PageLink>
        </nav>
      </div>
      {children}
    </header>
  )
}
