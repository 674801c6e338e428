import { describe, expect, test } from 'vitest'
import { progressLine } from '../../src/report/progress.ts'
import { displayWidth } from '../../src/report/width.ts'

/** A stream that keeps what is written, and a clock that is set by hand. */
function terminal(columns = 80, isTTY = true) {
  const written: string[] = []
  const clock = { at: 0 }
  const line = progressLine({ isTTY, columns, write: text => written.push(text) }, () => clock.at)
  return { line, written, clock }
}

describe('progressLine', () => {
  test('draws over itself and leaves nothing behind', () => {
    const { line, written, clock } = terminal()
    line.update({ phase: 'measuring', done: 1, total: 12, name: 'torch' })
    clock.at = 1000
    line.update({ phase: 'measuring', done: 12, total: 12, name: 'triton' })
    line.clear()
    expect(written).toEqual([
      '\r\u001b[2Kmeasuring  [##..................]  1/12  torch',
      '\r\u001b[2Kmeasuring  [####################] 12/12  triton',
      '\r\u001b[2K',
    ])
  })

  test('a thousand events at once are drawn once; a new phase at once', () => {
    const { line, written } = terminal()
    for (let done = 0; done < 1000; done++) line.update({ phase: 'reading', done })
    line.update({ phase: 'measuring', done: 0 })
    expect(written.map(text => text.slice(5))).toEqual(['reading  0', 'measuring  0'])
  })

  test('nothing where there is no terminal', () => {
    const { line, written } = terminal(80, false)
    line.update({ phase: 'reading', done: 1 })
    line.clear()
    expect(written).toEqual([])
  })

  test('nothing to clear where nothing was drawn, or twice', () => {
    const { line, written } = terminal()
    line.clear()
    line.update({ phase: 'reading', done: 1 })
    line.clear()
    line.clear()
    expect(written).toHaveLength(2)
  })

  test('foreign names cannot steer the terminal', () => {
    const { line, written } = terminal()
    line.update({ phase: 'reading', done: 1, name: '\u001b[2J\r\n' })
    expect(written[0]).toBe('\r\u001b[2Kreading  1  \\x1b[2J\\x0d\\x0a')
  })

  test.each([10, 20, 40, 50])('stays within %d columns', columns => {
    const { line, written } = terminal(columns)
    line.update({ phase: 'measuring', done: 3, total: 120, name: '大きいnvidia-cusparselt-cu13' })
    expect(displayWidth(written[0]!.slice(5))).toBeLessThan(columns)
    expect(written[0]).toContain('measuring'.slice(0, columns - 1))
  })
})
