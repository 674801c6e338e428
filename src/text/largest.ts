/** The largest of some numbers, or 0. `Math.max(...numbers)` fails beyond some hundred thousand of them: each is an argument. */
export function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0)
}
