import { PORTS, services, type ServiceDefinition } from '@driftos/ports'
import type { DirectoryEntry } from '../directory.js'
import { CopyButton } from './copy-button.js'

/** A service's port, with the registered one where that is another, and the one inside its container. */
export function PortNumber({ entry: { service, port, movedBy } }: { readonly entry: DirectoryEntry }) {
  const { containerPort }: ServiceDefinition = services[service]
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
