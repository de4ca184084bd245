import type { Directory } from '../directory.js'
import { AllServices } from './link.js'
import { PortFacts } from './port-facts.js'
import { ServiceMap } from './service-map.js'
import type { Live } from './use-live.js'

/** Shows a number that no service has in the registry. */
export function PortPage(props: { readonly port: number; readonly directory: Directory; readonly live: Live }) {
  const { port, directory, live } = props
  return (
    <>
      <AllServices />
      <h1>Port {port}</h1>
      <PortFacts port={port} directory={directory} />
      <h2 className="hidden">Its range</h2>
      <ServiceMap directory={directory} live={live} around={port} />
    </>
  )
}
