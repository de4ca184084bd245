import { PORTS } from '@driftos/ports'
import { definitionOf } from '../definitions.js'
import type { DirectoryEntry } from '../directory.js'
import { CopyButton } from './copy-button.js'

/** Shows a service's port, the registered port if that is a different one, and its container port. */
export function PortNumber({ entry: { service, port, movedBy } }: { readonly entry: DirectoryEntry }) {
  const { containerPort } = definitionOf(service)
  return (
    <>
      <span className="value">
        <strong>{port}</strong>
        <CopyButton text={String(port)} />
      </span>
      {movedBy && (
        <small>
          registered {PORTS[service]}, moved by <code>{movedBy}</code>
        </small>
      )}
      {containerPort !== undefined && <small>{containerPort} in its container</small>}
    </>
  )
}
