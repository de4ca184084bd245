import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createProgress } from './progress.js'

describe('createProgress', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => vi.useRealTimers())

  it('writes nothing for work that takes less than a second', () => {
    const write = vi.fn<(text: string) => void>()
    const { report, end } = createProgress(write)
    vi.advanceTimersByTime(999)
    report(500, 1000)
    end()
    expect(write).not.toHaveBeenCalled()
  })

  it('writes one line, ten times a second at most, and erases it at the end', () => {
    const written: string[] = []
    const { report, end } = createProgress((text) => written.push(text))
    vi.advanceTimersByTime(1000)
    report(500, 2000)
    report(1000, 2000)
    vi.advanceTimersByTime(100)
    report(1500, 2000)
    end()
    end()
    expect(written).toEqual(['\r\u001B[K500 of 2000 files', '\r\u001B[K1500 of 2000 files', '\r\u001B[K'])
  })
})
