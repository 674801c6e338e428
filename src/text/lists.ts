/** `1`, `1 and 2`, `1, 2 and 3` */
export function enumerated(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** The first of some names, and how many more there are: `numpy, scipy and 3 more`. */
export function firstNames(names: readonly string[], most: number): string {
  return names.slice(0, most).join(', ') + andMore(names.length - most)
}

/** ` and 3 more`; empty for none. */
export function andMore(count: number): string {
  return count > 0 ? ` and ${count} more` : ''
}

/** A function that says of each text whether it comes for the first time. */
export function firstTime(): (text: string) => boolean {
  const seen = new Set<string>()
  return text => !seen.has(text) && seen.add(text).size > 0
}

/** The largest of some numbers, or 0. `Math.max(...numbers)` fails beyond some hundred thousand of them: each is an argument. */
export function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0)
}
