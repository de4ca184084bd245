import { PORTS } from '@driftos/ports'
import { offsetVariable, type Directory } from '../directory.js'
import type { Live } from './use-live.js'
import type { Verdict } from './verdict.js'

/** Shows the verdict, and whether an offset moves every port. */
export function VerdictLine(props: { readonly verdict: Verdict; readonly directory: Directory; readonly live: Live }) {
  const { verdict, directory, live } = props
  const moved = directory.filter(({ movedBy }) => movedBy === offsetVariable)
  const offset = moved[0] && moved[0].port - PORTS[moved[0].service]
  return (
    <div className="verdict" data-tone={verdict.tone}>
      <h1>{verdict.text}</h1>
      <output className="detail">{verdict.detail}</output>
      {offset !== undefined && (
        <p>
          <code>{offsetVariable}</code> moves{' '}
          {moved.length === directory.length ? 'every port' : `${moved.length} ports`} by {offset}.
        </p>
      )}
      {live.connection === 'asking' && (
        <noscript>
          <p>Ports and addresses are those of this server; live states need JavaScript.</p>
        </noscript>
      )}
    </div>
  )
}
