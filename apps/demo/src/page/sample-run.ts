import { useEffect, useState } from 'react'
import type { Sample } from './samples.js'
import type { State } from './state.js'

/** A sample that is playing. */
export interface SampleRun {
  readonly conversationId: string
  readonly sample: Sample
  /** The number of messages that were sent. */
  readonly written: number
  readonly isPlaying: boolean
}

/** The controls of the sample. */
export interface SampleControls {
  readonly run: SampleRun | undefined
  readonly begin: (conversationId: string, sample: Sample) => void
  readonly step: () => void
  readonly play: () => void
  readonly pause: () => void
  readonly end: () => void
}

/** The pause between two messages, in milliseconds. */
const pauseMs = 900

/** Plays a sample in a conversation: sends each message after the previous one is processed. */
export function useSampleRun(
  conversationId: string | undefined,
  state: State,
  submit: (content: string) => void,
): SampleControls {
  const [stored, setRun] = useState<SampleRun>()
  const run = stored?.conversationId === conversationId ? stored : undefined
  const isBusy = state.outbox.length > 0 || state.reply?.state === 'streaming' || state.reply?.state === 'storing'

  const change = (changes: Partial<SampleRun>) => setRun((present) => present && { ...present, ...changes })

  function writeNext(present: SampleRun): void {
    const text = present.sample.texts[present.written]
    if (text === undefined) return
    const written = present.written + 1
    change({ written, isPlaying: present.isPlaying && written < present.sample.texts.length })
    submit(text)
  }

  useEffect(() => {
    if (!run?.isPlaying || isBusy) return undefined
    const timer = setTimeout(() => writeNext(run), run.written === 0 ? 0 : pauseMs)
    return () => clearTimeout(timer)
  })

  return {
    run,
    begin: (id, sample) => setRun({ conversationId: id, sample, written: 0, isPlaying: false }),
    step: () => run && !isBusy && writeNext(run),
    play: () => change({ isPlaying: true }),
    pause: () => change({ isPlaying: false }),
    end: () => setRun(undefined),
  }
}
