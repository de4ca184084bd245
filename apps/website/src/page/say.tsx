import { createContext, use, useCallback, useRef, useState, type ReactNode } from 'react'

const shownMs = 4000

const Say = createContext<(text: string) => void>(() => {})

/** Gives what is inside a place to say the result of an action, which screen readers read out. */
export function SayResults({ children }: { readonly children: ReactNode }) {
  const [said, setSaid] = useState('')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const say = useCallback((text: string) => {
    setSaid(text)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setSaid(''), shownMs)
  }, [])
  return (
    <Say value={say}>
      {children}
      <output className="said">{said}</output>
    </Say>
  )
}

/** Says the result of an action. */
export function useSay(): (text: string) => void {
  return use(Say)
}
