/** Selects the view on a small screen; a large one shows all. */
export type View = 'chat' | 'branches' | 'context'

const labels: Readonly<Record<View, string>> = { chat: 'Chat', branches: 'Branches', context: 'Context' }

export function ViewSwitch({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  return (
    <fieldset className="views">
      <legend className="visually-hidden">Show</legend>
      {(Object.keys(labels) as View[]).map((name) => (
        <label key={name}>
          <input type="radio" name="view" checked={view === name} onChange={() => onChange(name)} />
          {labels[name]}
        </label>
      ))}
    </fieldset>
  )
}
