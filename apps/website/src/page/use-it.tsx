import listen from './snippets/listen.ts?raw'
import reach from './snippets/reach.ts?raw'
import refused from './snippets/refused.ts?raw'
import install from './snippets/install.sh?raw'
import move from './snippets/move.sh?raw'
import override from './snippets/override.sh?raw'
import { Snippet } from './snippet.js'

/** How a number is used and changed, in code that is compiled with the site. */
export function UseIt() {
  return (
    <section aria-labelledby="use">
      <h2 id="use">Use it</h2>
      <div className="snippets">
        <Snippet title="Install" code={install} />
        <Snippet title="Listen" code={listen} />
        <Snippet title="Reach another service" code={reach} />
        <Snippet title="What nobody registered does not compile" code={refused} />
        <Snippet title="Override, on this machine" code={override} />
        <Snippet title="Change a port, for everybody" code={move} />
      </div>
    </section>
  )
}
