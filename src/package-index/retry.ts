import { networkTrouble } from './network-trouble.ts'
import { TooSlow } from './throughput.ts'

/** An answer that asks to come again: 429 or 5xx. */
export class BusyAnswer extends Error {
  readonly status: number
  /** The value of its Retry-After header. */
  readonly retryAfter: string | undefined

  constructor(status: number, retryAfter: string | undefined) {
    super(`answered ${status}`)
    this.status = status
    this.retryAfter = retryAfter
  }
}

/** Waits, in milliseconds; rejects when the signal fires first. */
export type Wait = (milliseconds: number) => Promise<void>

/** How often is tried again, after the first attempt, unless pip's `retries` says otherwise. */
export const passingRetries = 3
const absentRetries = 1
/** No server is waited for longer than this: it is rather reported. In milliseconds. */
const longestWait = 30_000

const busy = new Set([429, 500, 502, 503, 504])

/** Whether an answer asks, by its status, to come again. */
export function isBusy(status: number): boolean {
  return busy.has(status)
}

/**
 * Repeats what failed for a passing reason: 250 ms, 500 ms, 1 s later, each by chance up to a quarter longer or shorter, or
 * when Retry-After says. If the server cannot be reached, there is one more try after 100 ms. Other errors are rethrown at once.
 *
 * @param onRetry called before each wait: how long, in milliseconds, and why
 */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  { retries, wait }: { readonly retries: number; readonly wait: Wait },
  onRetry: (milliseconds: number, error: unknown) => void,
): Promise<Result> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt()
    } catch (error) {
      const pause = pauseAfter(error, failures, retries)
      if (pause === undefined) throw error
      onRetry(pause, error)
      await wait(pause)
    }
  }
}

/** @returns undefined where another try is of no use */
function pauseAfter(error: unknown, failures: number, retries: number): number | undefined {
  // A second attempt would be as slow.
  if (error instanceof TooSlow) return undefined
  const backoff = Math.min(250 * 2 ** failures, longestWait) * (0.75 + Math.random() / 2)
  if (error instanceof BusyAnswer) {
    if (failures >= retries) return undefined
    const asked = retryAfter(error.retryAfter)
    return asked > longestWait ? undefined : Math.max(asked, backoff)
  }
  const trouble = networkTrouble(error)
  if ((trouble?.kind === 'passing' || trouble?.kind === 'silent') && failures < retries) return backoff
  if (trouble?.kind === 'absent' && failures < Math.min(absentRetries, retries)) return 100
  return undefined
}

/** The wait that a Retry-After header asks for: seconds or a date (RFC 9110, 10.2.3). In milliseconds, 0 where it asks for none. */
function retryAfter(header: string | undefined): number {
  if (!header) return 0
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? 0 : Math.max(0, date - Date.now())
}
