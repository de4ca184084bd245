import { describe, expect, it } from 'vitest'
import { rowOf } from './figure.js'
import { updateReport, type Measured } from './report.js'

const measured = (name: string, ms: number): Measured => ({
  name,
  figure: { title: `How fast ${name} is`, method: 'By a clock.' },
  rows: [
    rowOf([name, [ms, ms]], ['a|peer', [10, 10]], 'ms', {
      goal: { of: 'ratio', atMost: 2, limit: 'its clock' },
      note: 'a note',
    }),
  ],
  effort: 'full',
  machine: 'A machine',
  date: '2026-01-31',
})
const names = ['one', 'two', 'three']

describe('updateReport', () => {
  it('shows a figure with its goal', () => {
    const report = updateReport('', [measured('one', 5)], names)
    expect(report.slice(report.indexOf('<!-- figure'))).toMatchInlineSnapshot(`
      "<!-- figure: one -->
      ## How fast one is

      By a clock.

      | what | median | ratio | quartiles | against | goal | met | note |
      | --- | --- | --- | --- | --- | --- | --- | --- |
      | one | 5.00 ms | 0.50x |  | a\\|peer | 2.00x | yes | a note |

      \`pnpm bench --only one\` on 2026-01-31: A machine
      <!-- /figure -->
      "
    `)
  })

  it('names what limits a missed goal', () => {
    const report = updateReport('', [measured('one', 25)], names)
    expect(report).toContain('| 2.00x | NO | a note; its clock |')
  })

  it('keeps what was not measured again, in the order of the figures', () => {
    const before = updateReport('', [measured('three', 5), measured('one', 5)], names)
    const after = updateReport(before, [measured('two', 25), measured('one', 30)], names)
    expect(after.match(/<!-- figure: \w+|3\.00x|2\.50x|0\.50x|NO/g)).toEqual([
      '<!-- figure: one',
      '3.00x',
      'NO',
      '<!-- figure: two',
      '2.50x',
      'NO',
      '<!-- figure: three',
      '0.50x',
    ])
  })

  it('drops a figure that there is no more', () => {
    const before = updateReport('', [measured('gone', 5), measured('one', 5)], ['gone', ...names])
    expect(updateReport(before, [], names)).toBe(updateReport('', [measured('one', 5)], names))
  })
})
