import type { Live } from './use-live.js'

/** Whether the states on the page are those of this moment. */
export function Connection({ live }: { readonly live: Live }) {
  return (
    <>
      <output className="connection" data-connection={live.connection}>
        {textOf(live)}
      </output>
      {live.connection === 'asking' && (
        <noscript>
          <p>Numbers and addresses are this server’s; the live states need JavaScript.</p>
        </noscript>
      )}
    </>
  )
}

const texts = {
  static: 'Served without its server: registered numbers, no live state.',
  asking: 'Asking every service…',
  lost: 'The connection to the server is lost: states are unknown until it is back.',
}

function textOf(live: Live): string {
  if (live.connection !== 'live') return texts[live.connection]
  const states = Object.values(live.states)
  return `Live: ${states.filter(({ state }) => state === 'up').length} of ${states.length} services are up.`
}
