import type { Progress } from '../contract/options.ts'
import { printable } from '../text/terminal.ts'
import { cutTo, displayWidth } from './width.ts'

interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Milliseconds between two drawings: more is not seen, and costs time with thousands of events. */
const INTERVAL = 80
const BAR = 20

/**
 * A line that shows how far the run is, on a terminal only; once cleared, it leaves nothing behind.
 *
 * @param now a clock in milliseconds
 */
export function progressLine(
  stream: Terminal,
  now: () => number = () => performance.now(),
): { update(event: Progress): void; clear(): void } {
  let shown = false
  let drawn = Number.NEGATIVE_INFINITY
  let phase = ''
  return {
    update(event) {
      const at = now()
      if (!stream.isTTY || (event.phase === phase && at - drawn < INTERVAL)) return
      drawn = at
      phase = event.phase
      shown = true
      // In the last column some terminals go on to the next line.
      stream.write(`\r\u001b[2K${lineOf(event, (stream.columns || 80) - 1)}`)
    },
    clear() {
      if (shown) stream.write('\r\u001b[2K')
      shown = false
      phase = ''
    },
  }
}

function lineOf({ phase, done, total, name }: Progress, width: number): string {
  const count = total === undefined ? `${done}` : `${`${done}`.padStart(`${total}`.length)}/${total}`
  const head = `${printable(phase)}  ${bar(done, total)}${count}`
  const line = name === undefined ? head : `${head}  ${printable(name)}`
  if (displayWidth(line) <= width) return line
  return cutTo(displayWidth(head) <= width ? line : `${printable(phase)}  ${count}`, width, '')
}

function bar(done: number, total: number | undefined): string {
  if (!total) return ''
  const full = Math.round((BAR * Math.min(done, total)) / total)
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}] `
}
