import type { ServiceName } from '@driftos/ports'
import type { LogLine } from '@driftos/control'
import { useEffect, useRef, useState } from 'react'
import { useAnnounce } from './live-region.js'

/** How many lines a page keeps. */
const maxLines = 500

/** Shows the last lines that a service printed, follows it, and restarts it. */
export function Output({ service }: { readonly service: ServiceName }) {
  const lines = useLines(service)
  const announce = useAnnounce()
  const view = useRef<HTMLPreElement>(null)
  const isAtEnd = useRef(true)
  useEffect(() => {
    if (isAtEnd.current) view.current?.scrollTo({ top: view.current.scrollHeight })
  })
  const restart = async () => {
    const headers = { 'x-driftos': 'restart' }
    const response = await fetch(`/api/services/${service}/restart`, { method: 'POST', headers }).catch(() => undefined)
    announce(response?.ok ? `${service} is restarting` : `${service} was not restarted: ${await reasonOf(response)}`)
  }
  return (
    <section aria-labelledby="output">
      <header>
        <h2 id="output">Output</h2>
        <button type="button" className="action" onClick={() => void restart()}>
          Restart {service}
        </button>
      </header>
      <pre
        ref={view}
        className="output"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a keyboard can scroll only what has the focus
        tabIndex={0}
        aria-label={`Output of ${service}`}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollTop + clientHeight > scrollHeight - 20
        }}
      >
        {lines.map(({ key, line: { text, source } }) => (
          <span key={key} data-source={source}>
            {text}
            {'\n'}
          </span>
        ))}
      </pre>
    </section>
  )
}

interface KeyedLine {
  readonly key: number
  readonly line: LogLine
}

/** Follows the output while the page is visible. */
function useLines(service: ServiceName): readonly KeyedLine[] {
  const [lines, setLines] = useState<readonly KeyedLine[]>([])
  useEffect(() => {
    let source: EventSource | undefined
    let key = 0
    const update = () => {
      source?.close()
      source = undefined
      if (document.hidden) return
      source = new EventSource(`/api/services/${service}/logs`)
      // Each connection starts with the last lines.
      source.addEventListener('open', () => setLines([]))
      source.addEventListener('message', ({ data }: MessageEvent<string>) => {
        const line = { key: key++, line: JSON.parse(data) as LogLine }
        setLines((present) => [...present, line].slice(-maxLines))
      })
    }
    update()
    document.addEventListener('visibilitychange', update)
    return () => {
      document.removeEventListener('visibilitychange', update)
      source?.close()
    }
  }, [service])
  return lines
}

async function reasonOf(response: Response | undefined): Promise<string> {
  if (!response) return 'the server does not answer'
  const body = (await response.json().catch(() => undefined)) as { error?: { message?: string } } | undefined
  return body?.error?.message ?? `the server answered ${response.status}`
}
