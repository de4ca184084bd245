import { history, ranges, type ServiceName } from '@driftos/ports'
import type { ReactNode } from 'react'
import { definitionOf } from '../definitions.js'
import { entryOf, type Directory } from '../directory.js'
import { findMovesFrom } from '../find.js'
import { Address } from './address.js'
import { Connection } from './connection.js'
import { CopyButton } from './copy-button.js'
import { documentationOf } from './documentation-of.js'
import { PortNumber } from './port-number.js'
import { ServiceLink } from './service-link.js'
import { StateOf } from './state-of.js'
import { Timeline } from './timeline.js'
import { useLive } from './use-live.js'

/** Shows one service: its port, address, state and history. */
export function ServicePage(props: {
  readonly service: ServiceName
  readonly directory: Directory
  readonly isServed: boolean
}) {
  const { service, directory, isServed } = props
  const live = useLive(isServed)
  const entry = entryOf(directory, service)
  const definition = definitionOf(service)
  const { variable, summary, containerName, group, status, aliases = [], healthPath, metricsPath, port } = definition
  const documentation = documentationOf(entry)
  const moves = history.filter((move) => move.service === service)
  const left = findMovesFrom(port)
  return (
    <>
      <h1>{service}</h1>
      <p>{summary}</p>
      <Connection live={live} />
      <dl className="facts">
        {isServed && (
          <Fact name="State">
            <StateOf service={service} live={live} />
          </Fact>
        )}
        <Fact name="Port">
          <PortNumber entry={entry} />
        </Fact>
        <Fact name="Address">
          <Address entry={entry} />
        </Fact>
        <Fact name="Variable">
          <span className="value">
            <code>{variable}</code>
            <CopyButton text={variable} />
          </span>
        </Fact>
        {documentation && (
          <Fact name="API">
            <a href={documentation}>documentation</a>
          </Fact>
        )}
        <Fact name="Health">{healthPath ? <code>{healthPath}</code> : 'by its own protocol'}</Fact>
        {metricsPath && (
          <Fact name="Metrics">
            <code>{metricsPath}</code>
          </Fact>
        )}
        <Fact name="Container">
          <code>{containerName}</code>
        </Fact>
        {aliases.length > 0 && <Fact name="Also called">{aliases.join(', ')}</Fact>}
        <Fact name="Range">
          {group ? `${ranges[group].summary}, ${ranges[group].first}–${ranges[group].last}` : 'outside the ranges'}
        </Fact>
        {status === 'legacy' && <Fact name="Status">legacy</Fact>}
      </dl>
      {(moves.length > 0 || left.length > 0) && (
        <section aria-labelledby="history">
          <h2 id="history">History</h2>
          {moves.length > 0 && <Timeline moves={moves} />}
          {left.map((move) => (
            <p key={move.service}>
              Until it moved to {move.to}, <ServiceLink service={move.service as ServiceName} /> had port {port}:{' '}
              {move.reason}.
            </p>
          ))}
        </section>
      )}
      <p>
        <a href="/">All ports</a>
      </p>
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
