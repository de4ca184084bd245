import { definitionOf } from '../definitions.js'
import type { DirectoryEntry } from '../directory.js'
import { CopyButton } from './copy-button.js'

/** Shows a service's address, as a link if a browser can open it, with a button that copies it. */
export function Address({ entry }: { readonly entry: DirectoryEntry }) {
  const { address, isInside, service } = entry
  const isOpenable = /^https?$/.test(definitionOf(service).scheme) && !isInside
  return (
    <>
      <span className="value">
        {isOpenable ? <a href={address}>{address}</a> : <span>{address}</span>}
        <CopyButton text={address} />
      </span>
      {isInside && <small>inside the network</small>}
    </>
  )
}
