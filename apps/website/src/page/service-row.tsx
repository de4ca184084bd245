import { definitionOf } from '../definitions.js'
import { offsetVariable, type DirectoryEntry } from '../directory.js'
import { CopyButton } from './copy-button.js'
import { OpenLink } from './open-link.js'
import { RunningProcess } from './running-process.js'
import { ServiceLink } from './service-link.js'
import { Sparkline } from './sparkline.js'
import { StateOf } from './state-of.js'
import type { Live } from './use-live.js'

/** Shows a service in one row: its state, name, port, process and link. */
export function ServiceRow({ entry, live }: { readonly entry: DirectoryEntry; readonly live: Live }) {
  const { service, port, movedBy } = entry
  const { summary, status, variable } = definitionOf(service)
  return (
    <li className="service" data-service={service}>
      <div className="state">
        <StateOf service={service} live={live} />
        <Sparkline service={service} live={live} />
      </div>
      <div className="name">
        <ServiceLink service={service} />
        <small>
          {status === 'legacy' && 'Legacy. '}
          {summary}
        </small>
      </div>
      <div className="port">
        <strong>{port}</strong> <CopyButton text={String(port)} />
        <small className="variable">
          <code>{variable}</code> <CopyButton text={variable} />
        </small>
        {movedBy !== undefined && movedBy !== offsetVariable && (
          <small>
            moved by <code>{movedBy}</code>
          </small>
        )}
      </div>
      <div className="process">
        <RunningProcess service={service} live={live} />
      </div>
      <div className="open">
        <OpenLink entry={entry} />
      </div>
    </li>
  )
}
