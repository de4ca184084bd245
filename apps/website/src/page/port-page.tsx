import type { Directory } from '../directory.js'
import { PortFacts } from './port-facts.js'
import { RangeMap } from './range-map.js'

/** Shows a number that no service has in the registry. */
export function PortPage({ port, directory }: { readonly port: number; readonly directory: Directory }) {
  return (
    <>
      <h1>Port {port}</h1>
      <PortFacts port={port} directory={directory} />
      <p>
        <a href="/">All ports</a>
      </p>
      <RangeMap directory={directory} around={port} />
    </>
  )
}
