import { entryOf, type Directory } from '../directory.js'
import { findNearest } from '../find.js'
import { AllServices } from './link.js'
import { ServiceLink } from './service-link.js'

/** Shows that an address does not exist, with the service that was probably meant. */
export function MissingPage({ text, directory }: { readonly text: string | undefined; readonly directory: Directory }) {
  return (
    <>
      <AllServices />
      <h1>Nothing here</h1>
      {text === undefined ? (
        <p>No page, service or port exists at this address.</p>
      ) : (
        <Nearest text={text} directory={directory} />
      )}
    </>
  )
}

function Nearest({ text, directory }: { text: string; directory: Directory }) {
  const nearest = findNearest(text)
  return (
    <p>
      No page, service or port is named “{text}”.
      {nearest && (
        <>
          {' '}
          Did you mean <ServiceLink service={nearest} />, on port {entryOf(directory, nearest).port}?
        </>
      )}
    </p>
  )
}
