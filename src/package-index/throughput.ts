/** What an answer has to come at once its first time-outs are over, on average, in bytes a second. */
const slowest = 64 * 1024

/** An answer that does not stop coming, and does not come to an end. */
export class TooSlow extends Error {
  readonly code = 'TOO_SLOW'
}

/**
 * Passes a body on for as long as it makes progress. A time-out between two pieces does not end an answer that sends a byte
 * each second, so there is a limit for the whole: four time-outs, and a second for each 64 KiB that came.
 *
 * @param timeout in milliseconds
 * @throws TooSlow
 */
export async function* withThroughput(body: AsyncIterable<Uint8Array>, timeout: number): AsyncGenerator<Uint8Array> {
  const began = performance.now()
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (performance.now() - began > 4 * timeout + (bytes / slowest) * 1000) throw new TooSlow('too slow')
    yield chunk
  }
}
