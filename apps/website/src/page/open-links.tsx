import { services, type ServiceName } from '@driftos/ports'
import { entryOf, serviceNames, type Directory } from '../directory.js'
import { Address } from './address.js'
import { documentationOf } from './documentation-of.js'

const opened = ['demo', 'coreGrafana', 'embedGrafana', 'prometheus'] as const satisfies ServiceName[]

/** What a person opens in a browser, at its address here. */
export function OpenLinks({ directory }: { readonly directory: Directory }) {
  const documented = serviceNames.map((service) => entryOf(directory, service)).filter(documentationOf)
  return (
    <section aria-labelledby="open">
      <h2 id="open">Open</h2>
      <ul className="open">
        {documented.map((entry) => (
          <li key={entry.service}>
            <a href={documentationOf(entry)}>API of {entry.service}</a>
            <small>{documentationOf(entry)}</small>
          </li>
        ))}
        {opened.map((service) => (
          <li key={service}>
            <span>{services[service].summary}</span>
            <Address entry={entryOf(directory, service)} />
          </li>
        ))}
      </ul>
    </section>
  )
}
