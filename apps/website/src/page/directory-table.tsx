import { ranges, type RangeName, type ServiceName } from '@driftos/ports'
import { definitionOf } from '../definitions.js'
import { entryOf, type Directory } from '../directory.js'
import { Address } from './address.js'
import { CopyButton } from './copy-button.js'
import { PortNumber } from './port-number.js'
import { StateOf } from './state-of.js'
import type { Live } from './use-live.js'

const groups = [...(Object.keys(ranges) as RangeName[]), undefined]

/** Lists services, grouped by range. */
export function DirectoryTable(props: {
  readonly shown: readonly ServiceName[]
  readonly directory: Directory
  readonly live: Live
}) {
  const { shown, directory, live } = props
  const isLive = live.connection !== 'static'
  return (
    <table className="directory">
      <thead>
        <tr>
          <th scope="col">Service</th>
          <th scope="col">Port</th>
          <th scope="col">Address</th>
          <th scope="col">Variable</th>
          {isLive && (
            <th scope="col" className="state">
              State
            </th>
          )}
        </tr>
      </thead>
      {groups.map((group) => {
        const members = shown.filter((service) => definitionOf(service).group === group)
        if (members.length === 0) return null
        return (
          <tbody key={group ?? ''}>
            <tr className="group">
              <th scope="rowgroup" colSpan={isLive ? 5 : 4}>
                <GroupName group={group} />
              </th>
            </tr>
            {members.map((service) => (
              <Row key={service} service={service} directory={directory} live={live} />
            ))}
          </tbody>
        )
      })}
    </table>
  )
}

function Row({ service, directory, live }: { service: ServiceName; directory: Directory; live: Live }) {
  const { variable, summary, status } = definitionOf(service)
  const entry = entryOf(directory, service)
  return (
    <tr>
      <th scope="row">
        <a href={`/ports/${service}`}>{service}</a>
        {status === 'legacy' && <small>legacy</small>}
        <small>{summary}</small>
      </th>
      <td className="port">
        <PortNumber entry={entry} />
      </td>
      <td className="address">
        <Address entry={entry} />
      </td>
      <td className="variable">
        <span className="value">
          <code>{variable}</code>
          <CopyButton text={variable} />
        </span>
      </td>
      {live.connection !== 'static' && (
        <td className="state">
          <StateOf service={service} live={live} />
        </td>
      )}
    </tr>
  )
}

function GroupName({ group }: { group: RangeName | undefined }) {
  if (group === undefined) return <>Outside the ranges</>
  const { first, last, summary } = ranges[group]
  return (
    <>
      {summary}{' '}
      <span>
        {first}–{last}
      </span>
    </>
  )
}
