import { fileURLToPath } from 'node:url'
import { openRegular } from '../files/regular-file.ts'
import type { Http, HttpAnswer } from './http-client.ts'

/** A stretch of a file. */
export interface Stretch {
  /** Where it begins in the file. */
  readonly start: number
  readonly bytes: Buffer
}

/** A file of which parts can be read. */
export interface ByteSource {
  /** The last bytes, at most `length` of them or, where a server sends nothing less, the whole file. @returns undefined where it cannot be had */
  tail(length: number): Promise<Stretch | undefined>
  /** Bytes from `start` to before `end`; what is beyond the end of the file is left out. @returns undefined where it cannot be had */
  part(start: number, end: number): Promise<Buffer | undefined>
  /** The bytes in all, once `tail` was asked. @returns undefined if the server does not say */
  size(): number | undefined
}

/** Files up to this length are fetched whole from servers that do not answer ranges. */
const wholeLimit = 32 * 2 ** 20

/** A file on a web server. @param stated the length that the index states, if it does */
export function remoteSource(url: string, http: Http, stated?: number): ByteSource {
  let size: number | undefined
  let whole: Buffer | undefined

  const ranged = async (range: string, maxBytes: number): Promise<Stretch | undefined> => {
    const answer = await http.getBytes(url, { range, maxBytes })
    if (answer.status === 200) return takeWhole(answer)
    const stretch = answer.status === 206 && answer.complete ? contentRange(answer) : undefined
    if (stretch) size = stretch.size ?? size
    return stretch
  }

  const takeWhole = ({ status, complete, body, headers }: HttpAnswer): Stretch | undefined => {
    if (status !== 200) return undefined
    const announced = Number(headers['content-length'] ?? Number.NaN)
    size = complete ? body.length : Number.isSafeInteger(announced) ? announced : size
    if (!complete) return undefined
    whole = body
    return { start: 0, bytes: body }
  }

  return {
    size: () => size,
    async tail(length) {
      // Not every server knows ranges that count from the end.
      const range = stated === undefined ? `-${length}` : `${Math.max(0, stated - length)}-`
      const stretch = await ranged(range, wholeLimit)
      if (stretch) {
        const reachesEnd = size === undefined || stretch.start + stretch.bytes.length === size
        if (reachesEnd) {
          size ??= stretch.start + stretch.bytes.length
          return stretch
        }
      }
      if (size !== undefined && size > wholeLimit) return undefined
      return takeWhole(await http.getBytes(url, { maxBytes: wholeLimit }))
    },
    async part(start, end) {
      if (whole) return whole.subarray(start, end)
      const stretch = await ranged(`${start}-${end - 1}`, Math.max(end - start, 1))
      if (whole) return (whole as Buffer).subarray(start, end)
      return stretch?.start === start ? stretch.bytes.subarray(0, end - start) : undefined
    },
  }
}

/** A file on this machine. One that cannot be read gives nothing. */
export function localSource(url: string): ByteSource {
  const path = fileURLToPath(url)
  let size: number | undefined
  const read = async (from: (size: number) => number, end: number): Promise<Stretch | undefined> => {
    const opened = await openRegular(path).catch(() => undefined)
    if (!opened) return undefined
    const file = opened.handle
    try {
      size = opened.size
      const start = Math.min(from(size), size)
      const length = Math.max(0, Math.min(end, size) - start)
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start)
      return { start, bytes: buffer.subarray(0, bytesRead) }
    } finally {
      await file.close()
    }
  }
  return {
    size: () => size,
    tail: length => read(all => Math.max(0, all - length), Number.POSITIVE_INFINITY),
    part: async (start, end) => (await read(() => start, end))?.bytes,
  }
}

/** Reads `Content-Range: bytes 0-99/1000` (RFC 9110, 14.4) and holds it against the body. */
function contentRange({ headers, body }: HttpAnswer): (Stretch & { readonly size: number | undefined }) | undefined {
  const found = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(headers['content-range']?.trim() ?? '')
  if (!found) return undefined
  const [start, last] = [Number(found[1]), Number(found[2])]
  const size = found[3] === '*' ? undefined : Number(found[3])
  const fits = last - start + 1 === body.length && (size === undefined || last < size) && Number.isSafeInteger(last)
  return fits ? { start, bytes: body, size } : undefined
}
