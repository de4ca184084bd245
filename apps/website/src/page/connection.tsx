import type { Live } from './use-live.js'

/** Shows whether the states on the page are live. */
export function Connection({ live }: { readonly live: Live }) {
  return (
    <>
      <output className="connection" data-connection={live.connection}>
        {textOf(live)}
      </output>
      {live.connection === 'asking' && (
        <noscript>
          <p>Ports and addresses are those of this server; live states need JavaScript.</p>
        </noscript>
      )}
    </>
  )
}

const texts = {
  static: 'Served without its server: registered numbers, no live state.',
  asking: 'Checking every service…',
  lost: 'The connection to the server is lost. States are unknown until it is restored.',
}

function textOf(live: Live): string {
  if (live.connection !== 'live') return texts[live.connection]
  const states = Object.values(live.states)
  return `Live: ${states.filter(({ state }) => state === 'up').length} of ${states.length} services are up.`
}
