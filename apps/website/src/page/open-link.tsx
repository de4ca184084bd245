import { isOpenable, type DirectoryEntry } from '../directory.js'
import { CopyButton } from './copy-button.js'

/** Links to the pages of a service; copies an address that a browser cannot open. */
export function OpenLink({ entry }: { readonly entry: DirectoryEntry }) {
  const { address, service } = entry
  if (!isOpenable(entry)) return <CopyButton text={address} />
  return (
    <a href={address} aria-label={`Open ${service} at ${address}`}>
      Open
    </a>
  )
}
