import { useEffect } from 'react'
import type { Live } from './use-live.js'
import { findVerdict, type Verdict } from './verdict.js'

/** Returns the verdict, and shows it in the title and the icon of the browser's tab. */
export function useVerdict(live: Live, title: string, base: string): Verdict {
  const verdict = findVerdict(live)
  const isLive = live.connection === 'live'
  useEffect(() => {
    document.title = isLive && verdict.tone !== 'good' ? `${verdict.text} · ${title}` : title
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
    if (icon) icon.href = `${base}icon${isLive ? `-${verdict.tone}` : ''}.svg`
  }, [isLive, verdict.tone, verdict.text, title, base])
  return verdict
}
