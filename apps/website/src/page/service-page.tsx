import { history, PORTS, ranges, type ServiceName } from '@driftos/ports'
import type { ReactNode } from 'react'
import { definitionOf } from '../definitions.js'
import { entryOf, isOpenable, type Directory } from '../directory.js'
import { findMovesFrom } from '../find.js'
import { CopyButton } from './copy-button.js'
import { documentationOf } from './documentation-of.js'
import { Timeline } from './history.js'
import { AllServices } from './link.js'
import { Output } from './output.js'
import { RunningProcess } from './running-process.js'
import { ServiceLink } from './service-link.js'
import { Sparkline } from './sparkline.js'
import { StateHistory } from './state-history.js'
import { StateOf } from './state-of.js'
import type { Live } from './use-live.js'

/** Shows one service: its state, port, address and history. */
export function ServicePage(props: {
  readonly service: ServiceName
  readonly directory: Directory
  readonly live: Live
}) {
  const { service, directory, live } = props
  const entry = entryOf(directory, service)
  const definition = definitionOf(service)
  const { variable, summary, containerName, containerPort, group, status, aliases = [] } = definition
  const { healthPath, metricsPath, port } = definition
  const documentation = documentationOf(entry)
  const moves = history.filter((move) => move.service === service)
  const left = findMovesFrom(port)
  return (
    <>
      <AllServices />
      <h1>{service}</h1>
      <p>{summary}</p>
      <div className="columns">
        <dl className="facts">
          {live.connection !== 'static' && (
            <Fact name="State">
              <div className="now">
                <StateOf service={service} live={live} />
                <Sparkline service={service} live={live} />
                <div className="process">
                  <RunningProcess service={service} live={live} />
                </div>
              </div>
            </Fact>
          )}
          <Fact name="Port">
            <Copied text={String(entry.port)} isStrong />
            {entry.movedBy && (
              <small>
                registered {PORTS[service]}, moved by <code>{entry.movedBy}</code>
              </small>
            )}
            {containerPort !== undefined && <small>{containerPort} in its container</small>}
          </Fact>
          <Fact name="Address">
            {isOpenable(entry) ? <a href={entry.address}>{entry.address}</a> : <span>{entry.address}</span>}{' '}
            <CopyButton text={entry.address} />
            {entry.isInside && <small>inside the network</small>}
          </Fact>
          <Fact name="Variable">
            <Copied text={variable} />
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
        <div>
          {live.site?.canControl && live.connection === 'live' && live.states[service].run && (
            <Output key={service} service={service} />
          )}
          <StateHistory service={service} live={live} />
          {(moves.length > 0 || left.length > 0) && (
            <section aria-labelledby="moves">
              <h2 id="moves">Moves</h2>
              {moves.length > 0 && <Timeline moves={moves} />}
              {left.map((move) => (
                <p key={move.service}>
                  Until it moved to {move.to}, <ServiceLink service={move.service as ServiceName} /> had port {port}:{' '}
                  {move.reason}.
                </p>
              ))}
            </section>
          )}
        </div>
      </div>
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

function Copied({ text, isStrong = false }: { text: string; isStrong?: boolean }) {
  return (
    <>
      {isStrong ? <strong>{text}</strong> : <code>{text}</code>} <CopyButton text={text} />
    </>
  )
}
