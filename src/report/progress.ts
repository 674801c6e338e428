/** What a run is busy with. */
export interface Progress {
  readonly phase: string
  readonly done: number
  readonly total?: number
  readonly name?: string
}

interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** A line that tells how far the run is, on a terminal only, and that leaves nothing behind. */
export function progressLine(stream: Terminal): { update(event: Progress): void; clear(): void } {
  let shown = false
  let last = 0
  return {
    update({ phase, done, total, name }) {
      if (!stream.isTTY || (Date.now() - last < 60 && done !== total)) return
      last = Date.now()
      shown = true
      const text = `${phase} ${done}${total === undefined ? '' : `/${total}`} ${name ?? ''}`
      stream.write(`\r\u001b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`)
    },
    clear() {
      if (shown) stream.write('\r\u001b[2K')
      shown = false
    },
  }
}
