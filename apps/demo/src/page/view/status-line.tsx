import { useRef } from 'react'
import { isHindered, type Health, type Part } from '../health.js'

const names: Readonly<Record<Part, string>> = {
  demo: 'the demo’s server',
  gateway: 'the gateway',
  core: 'core',
  embed: 'embed',
  database: 'the database',
}

/** Shows the state of the services and the model, in a line that is always present. */
export function StatusLine({ health }: { health: Health }) {
  return (
    <div className="status" data-tone={toneOf(health)}>
      <output>{describe(health)}</output>
      {health.model === null && <HowToSetModel />}
    </div>
  )
}

function toneOf(health: Health): string {
  if (health.away === undefined) return 'unknown'
  return health.away.length === 0 ? 'good' : 'bad'
}

function describe(health: Health): string {
  const { away, model } = health
  if (away === undefined) return 'Checking the services…'
  if (isHindered(health)) return `Down: ${listOf(away)}. Messages wait here until it is up again.`
  const isEmbedAway = away.includes('embed')
  const embed = 'Down: embed. '
  if (typeof model === 'string') return `${isEmbedAway ? embed : ''}The model ${model} decides and answers.`
  if (isEmbedAway) return `${embed}Messages stay in their branch until it is up again.`
  return model === null ? 'Routing only: no model, so no answers.' : 'All services are up.'
}

function listOf(away: readonly Part[]): string {
  return new Intl.ListFormat('en').format(away.map((part) => names[part]))
}

function HowToSetModel() {
  const dialog = useRef<HTMLDialogElement>(null)
  return (
    <>
      <button type="button" className="quiet" onClick={() => dialog.current?.showModal()}>
        Set a model
      </button>
      <dialog ref={dialog} aria-label="How to set a model">
        <article>
          <h2>Without a model</h2>
          <p>
            embed decides where each message goes, by its words. For answers, and for decisions by a model, start
            DriftOS with the variables of any OpenAI-compatible one:
          </p>
          <dl>
            <dt>
              <code>LLM_MODEL</code>
            </dt>
            <dd>the model’s name</dd>
            <dt>
              <code>LLM_BASE_URL</code>
            </dt>
            <dd>the address up to the version, where it is not OpenAI’s</dd>
            <dt>
              <code>LLM_API_KEY</code>
            </dt>
            <dd>the key, where it needs one</dd>
          </dl>
          <footer>
            <button type="button" onClick={() => dialog.current?.close()}>
              Close
            </button>
          </footer>
        </article>
      </dialog>
    </>
  )
}
