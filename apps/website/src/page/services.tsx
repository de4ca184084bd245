import { ranges, type RangeName, type ServiceName } from '@driftos/ports'
import { definitionOf, isOptional } from '../definitions.js'
import { entryOf, type Directory } from '../directory.js'
import { ServiceRow } from './service-row.js'
import type { Live } from './use-live.js'

const groups = [...(Object.keys(ranges) as RangeName[]), undefined]

/** Lists the services by range, and apart from them those that DriftOS works without. */
export function Services(props: {
  readonly shown: readonly ServiceName[]
  readonly directory: Directory
  readonly live: Live
  /** Whether `shown` is the result of a search. */
  readonly isSearch: boolean
}) {
  const { shown, directory, live, isSearch } = props
  const rows = (services: readonly ServiceName[]) =>
    services.map((service) => <ServiceRow key={service} entry={entryOf(directory, service)} live={live} />)
  const optional = shown.filter(isOptional)
  return (
    <section aria-labelledby="services">
      <h2 id="services" className="hidden">
        Services
      </h2>
      {groups.map((group) => {
        const members = shown.filter((service) => definitionOf(service).group === group && !isOptional(service))
        if (members.length === 0) return null
        return (
          <div key={group ?? ''} className="card">
            <h3>
              <GroupName group={group} />
            </h3>
            <ul className="services">{rows(members)}</ul>
          </div>
        )
      })}
      {optional.length > 0 && (
        <details className="card" open={isSearch || undefined}>
          <summary>
            <h3>Optional</h3> <span>{describeOptional(optional, live)}</span>
          </summary>
          <ul className="services">{rows(optional)}</ul>
        </details>
      )}
    </section>
  )
}

function describeOptional(services: readonly ServiceName[], live: Live): string {
  const names = services.join(', ')
  if (live.connection !== 'live') return names
  return `${names} · ${services.filter((service) => live.states[service].state === 'up').length} running`
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
