import { services } from '@driftos/ports'
import type { DirectoryEntry } from '../directory.js'
import { CopyButton } from './copy-button.js'

/** Where a service is: a link where a browser can open it, and always a text to copy. */
export function Address({ entry }: { readonly entry: DirectoryEntry }) {
  const { address, isInside, service } = entry
  const isOpenable = services[service].scheme !== 'postgresql' && !isInside
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
