import type { SampleControls, SampleRun } from '../sample-run.js'

/** Renders the controls that play a sample, one message at a time or all. */
export function SamplePlayer({ controls, run }: { controls: SampleControls; run: SampleRun }) {
  const { sample, written, isPlaying } = run
  const isOver = written === sample.texts.length
  return (
    <section className="player" aria-label="Sample">
      <label>
        {sample.title}: {written} of {sample.texts.length}
        <progress value={written} max={sample.texts.length} />
      </label>
      {!isOver && (
        <>
          <button type="button" disabled={isPlaying} onClick={controls.step}>
            Next message
          </button>
          <button type="button" className="primary" onClick={isPlaying ? controls.pause : controls.play}>
            {isPlaying ? 'Pause' : 'Play all'}
          </button>
        </>
      )}
      <button type="button" className="quiet" onClick={controls.end}>
        {isOver ? 'Close' : 'End'}
      </button>
    </section>
  )
}
