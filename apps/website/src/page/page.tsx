import { history, services, type ServiceDefinition, type ServiceName } from '@driftos/ports'
import { useEffect, useState } from 'react'
import type { DirectoryEntry } from '../app.js'

/** The directory as it stands on this machine, or undefined while it is asked for. */
type Directory = { entries: DirectoryEntry[] } | { error: string } | undefined

export function Page() {
  const directory = useDirectory()
  return (
    <>
      <h1>DriftOS ports</h1>
      <p>Every service, its port on this machine, and the variable that moves it.</p>
      {directory === undefined && <output>Asking this machine where its services are…</output>}
      {directory && 'error' in directory && (
        <p role="alert">
          This machine does not say where its services are ({directory.error}); reload to ask again. Below stand the
          registered ports.
        </p>
      )}
      <div style={{ overflowX: 'auto' }}>
        <table>
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Port</th>
              <th scope="col">Variable</th>
              <th scope="col">What it is for</th>
            </tr>
          </thead>
          <tbody>
            {(Object.keys(services) as ServiceName[]).map((service) => (
              <Row key={service} service={service} entry={entryOf(directory, service)} />
            ))}
          </tbody>
        </table>
      </div>
      <h2>History</h2>
      <ol>
        {history.map(({ service, from, to, reason }) => (
          <li key={`${service} ${from}`}>
            {service} moved from {from} to {to}: {reason}
          </li>
        ))}
      </ol>
    </>
  )
}

function Row({ service, entry }: { service: ServiceName; entry: DirectoryEntry | undefined }) {
  const { port, variable, scheme, summary }: ServiceDefinition = services[service]
  const shown = entry?.port ?? port
  return (
    <tr>
      <th scope="row">{service}</th>
      <td>
        {scheme === 'http' && entry ? <a href={entry.origin}>{shown}</a> : shown}
        {shown !== port && <small> registered {port}</small>}
      </td>
      <td>
        <code>{variable}</code>
      </td>
      <td>{summary}</td>
    </tr>
  )
}

function entryOf(directory: Directory, service: ServiceName): DirectoryEntry | undefined {
  return directory && 'entries' in directory ? directory.entries.find((entry) => entry.service === service) : undefined
}

function useDirectory(): Directory {
  const [directory, setDirectory] = useState<Directory>()
  useEffect(() => {
    const controller = new AbortController()
    fetch('/api/ports', { signal: controller.signal })
      .then(async (response) => {
        if (!response.ok) throw new Error(`it answers ${response.status}`)
        setDirectory({ entries: (await response.json()) as DirectoryEntry[] })
      })
      .catch((error: Error) => {
        if (!controller.signal.aborted) setDirectory({ error: error.message })
      })
    return () => controller.abort()
  }, [])
  return directory
}
