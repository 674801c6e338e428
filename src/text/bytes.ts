const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/**
 * Bytes in decimal units and three digits, as indexes and disks give them: `2.74 GB`, `527 MB`, `20.1 kB`, `12 B`.
 * A negative number keeps its sign, as a hyphen.
 */
export function formatBytes(bytes: number): string {
  let size = Math.abs(bytes)
  let unit = 0
  // 999.5 is shown as 1000, which is one of the next unit.
  while (size >= (unit === 0 ? 1000 : 999.5) && unit < units.length - 1) {
    size /= 1000
    unit++
  }
  const digits = unit === 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2
  return `${bytes < 0 ? '-' : ''}${size.toFixed(digits)} ${units[unit]}`
}

/**
 * The change from one number of bytes to another in whole percent: -93, 0, 12. Undefined when there was nothing before.
 * Never says that all is gone, or that nothing changed, when that is only nearly so: then one decimal, and 99.9 at most.
 */
export function percentChange(before: number, after: number): number | undefined {
  if (before <= 0) return undefined
  const exact = ((after - before) / before) * 100
  const whole = Math.round(exact)
  if (exact === 0 || exact === -100 || (whole !== 0 && whole !== -100)) return whole
  const tenth = Math.round(exact * 10) / 10
  return whole === 0 ? tenth + 0 : Math.max(tenth, -99.9)
}

/** `1 package`, `29 packages`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** `~2.74 GB`: the mark where any part of it is an estimate. */
export function amount(bytes: number, exact: boolean): string {
  return `${exact ? '' : '~'}${formatBytes(bytes)}`
}

/** A limit of so many bytes, as part of a sentence. */
export const inMiB = (bytes: number): string => `${bytes / 2 ** 20} MiB`
