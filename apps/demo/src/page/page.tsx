import type { ServiceProbe } from '@driftos/ports/probe'
import { useEffect, useState } from 'react'

/** How often the page asks for the services' states, in milliseconds. */
const intervalMs = 2000

/** What the gateway said last, or why it said nothing. */
type Report = { services: ServiceProbe[] } | { error: string }

export function Page() {
  const report = useReport()
  return (
    <>
      <h1>DriftOS demo</h1>
      <p>A request from here travels through the gateway to core and to embed.</p>
      {report === undefined && <output>Asking the gateway…</output>}
      {report && 'error' in report && <p role="alert">{report.error}</p>}
      {report && 'services' in report && (
        <table>
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {report.services.map(({ service, state, latencyMs, reason }) => (
              <tr key={service}>
                <th scope="row">{service}</th>
                <td>
                  {state}
                  <small>{state === 'up' ? ` in ${latencyMs} ms` : `: ${reason}`}</small>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}

function useReport(): Report | undefined {
  const [report, setReport] = useState<Report>()
  useEffect(() => {
    const controller = new AbortController()
    const ask = async () => {
      try {
        setReport(await readReport(controller.signal))
      } catch (error) {
        if (!controller.signal.aborted) setReport({ error: `The demo's server does not answer: ${String(error)}` })
      }
    }
    void ask()
    const timer = setInterval(() => void ask(), intervalMs)
    return () => {
      controller.abort()
      clearInterval(timer)
    }
  }, [])
  return report
}

async function readReport(signal: AbortSignal): Promise<Report> {
  const response = await fetch('/api/health/services', { signal })
  const body = (await response.json()) as { services: ServiceProbe[] } | { error: { message: string } }
  return 'error' in body ? { error: body.error.message } : body
}
