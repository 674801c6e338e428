import { TorchpinError } from '../errors.ts'

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

/** A limit on bytes, and what stands against it. */
export interface Budget {
  /** The flag that set it, without dashes: `max-size`. */
  readonly name: string
  /** In bytes; exactly as many are within it. */
  readonly limit: number
  /** In bytes. */
  readonly actual: number
  readonly exceeded: boolean
}

/**
 * Reads a size: `800MB` and `2.5 GB` are decimal, as Docker and package indexes print them, `2GiB` is binary, a bare number
 * is bytes. @returns bytes, rounded down
 * @param flag the flag that gives it, without dashes, for the error
 * @throws TorchpinError BAD_OPTION
 */
export function readSize(text: string, flag: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?|\.\d+)\s*([a-z]*)$/i.exec(text.trim()) ?? []
  const factor = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()]! : Number.NaN
  const bytes = Math.floor(Number(number) * factor)
  if (number === undefined || !Number.isSafeInteger(bytes)) {
    throw new TorchpinError('BAD_OPTION', `--${flag} ${text} is not a size`, {
      hint: 'write it as 800MB, 2.5GB (decimal) or 2GiB (binary)',
      flag,
    })
  }
  return bytes
}

/** The size that a flag gives; undefined where it is not given. @throws TorchpinError BAD_OPTION */
export function readLimit(text: string | undefined, flag: string): number | undefined {
  return text === undefined ? undefined : readSize(text, flag)
}

/** Holds a number of bytes against a limit. */
export function budget(name: string, limit: number, actual: number): Budget {
  return { name, limit, actual, exceeded: actual > limit }
}
