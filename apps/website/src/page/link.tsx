import { createContext, use, type AnchorHTMLAttributes } from 'react'

/** The path from a page to the root of the site, with a slash at its end. */
export const Base = createContext('/')

/** Returns a function that turns a path of the site into an address that works below any directory of a host. */
export function useAddress(): (path: string) => string {
  const base = use(Base)
  return (path) => base + path.replace(/^\//, '') || './'
}

/** Links to a path of the site. */
export function SiteLink(props: { readonly to: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  const { to, children, ...rest } = props
  return (
    <a href={useAddress()(to)} {...rest}>
      {children}
    </a>
  )
}

/** Links back to the list of services. */
export function AllServices() {
  return (
    <p className="back">
      <SiteLink to="/">All services</SiteLink>
    </p>
  )
}
