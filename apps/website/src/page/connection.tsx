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

function textOf(live: Live): string {
  switch (live.connection) {
    case 'static':
      return 'Served without its server: registered numbers, no live state.'
    case 'asking':
      return 'Asking every service…'
    case 'lost':
      return 'The connection to the server is lost: states are unknown until it is back.'
    case 'live': {
      const states = Object.values(live.states)
      return `Live: ${states.filter(({ state }) => state === 'up').length} of ${states.length} services are up.`
    }
  }
}
