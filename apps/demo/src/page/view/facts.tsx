import { useState } from 'react'
import { Failure, describeFailure } from '../failure.js'
import type { Session } from '../session.js'
import type { State } from '../state.js'

/** Shows the facts of the conversation: those of this branch and those of other branches in its context. */
export function Facts({ session, branchId, state }: { session: Session; branchId: string; state: State }) {
  const [isBusy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<string>()
  const rows = state.branches.flatMap(({ id, topic }) =>
    (state.facts[id] ?? []).map((fact) => ({ fact, from: id === branchId ? 'this branch' : topic })),
  )

  async function find(): Promise<void> {
    setBusy(true)
    setOutcome(undefined)
    try {
      await session.extractFacts(branchId)
      setOutcome('Searched this branch for facts.')
    } catch (error) {
      setOutcome(error instanceof Failure ? describeFailure(error) : String(error))
    }
    setBusy(false)
  }

  return (
    <>
      <h3>Facts</h3>
      {rows.length > 0 ? (
        <table>
          <thead>
            <tr>
              <th scope="col">Fact</th>
              <th scope="col">Value</th>
              <th scope="col">Sure</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ fact: { id, key, value, confidence }, from }) => (
              <tr key={id}>
                <th scope="row">
                  {key} <small>{from}</small>
                </th>
                <td>{value}</td>
                <td>{Math.round(confidence * 100)} %</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p>None yet. A sentence such as “My budget is 900 euros” contains one.</p>
      )}
      <p className="actions">
        <button type="button" aria-busy={isBusy} disabled={isBusy} onClick={() => void find()}>
          Find facts in this branch
        </button>
        <output>{outcome}</output>
      </p>
    </>
  )
}
