import { createContext, use, useCallback, useEffect, useState, type ReactNode } from 'react'

const shownMs = 4000

const Say = createContext<(text: string) => void>(() => {})

/** Gives what is inside a place to say the result of an action, which screen readers read out. */
export function SayResults({ children }: { readonly children: ReactNode }) {
  const [said, setSaid] = useState({ text: '' })
  const say = useCallback((text: string) => setSaid({ text }), [])
  useEffect(() => {
    const timer = setTimeout(() => setSaid((present) => (present.text ? { text: '' } : present)), shownMs)
    return () => clearTimeout(timer)
  }, [said])
  return (
    <Say value={say}>
      {children}
      <output className="said">{said.text}</output>
    </Say>
  )
}

/** Says the result of an action. */
export function useSay(): (text: string) => void {
  return use(Say)
}
