import { createContext, use, useCallback, useRef, useState, type ReactNode } from 'react'

const shownMs = 4000

const Announce = createContext<(text: string) => void>(() => {})

/** Renders its children and a live region, which shows the result of an action and which screen readers read out. */
export function LiveRegion({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState('')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const announce = useCallback((text: string) => {
    setShown(text)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setShown(''), shownMs)
  }, [])
  return (
    <Announce value={announce}>
      {children}
      <output className="announcement">{shown}</output>
    </Announce>
  )
}

/** Returns a function that shows the result of an action in the live region. */
export function useAnnounce(): (text: string) => void {
  return use(Announce)
}
