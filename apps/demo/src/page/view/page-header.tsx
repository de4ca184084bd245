import type { PropsWithChildren } from 'react'
import { PageLink } from './page-link.js'

export function PageHeader({ children }: PropsWithChildren) {
  return (
    <header>
      <h1>
        <PageLink to={{}} className="brand">
          <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
            <rect width="32" height="32" rx="7" />
            <path d="M9 7v18M9 12c7 0 6 9 14 9" />
          </svg>
          DriftOS demo
        </PageLink>
      </h1>
      {children}
      <nav aria-label="Conversations">
        <PageLink to={{}}>New conversation</PageLink>
      </nav>
    </header>
  )
}
