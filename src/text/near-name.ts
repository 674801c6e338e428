/** The name among some that a mistyped one was likely meant to be; none when all are too different. */
export function nearName(mistyped: string, names: readonly string[]): string | undefined {
  const farthest = Math.max(1, Math.floor(mistyped.length / 4))
  let nearest: { name: string; distance: number } | undefined
  for (const name of names) {
    if (Math.abs(name.length - mistyped.length) > farthest) continue
    const distance = editDistance(mistyped.toLowerCase(), name.toLowerCase())
    if (distance <= farthest && distance < (nearest?.distance ?? Infinity)) nearest = { name, distance }
  }
  return nearest?.name
}

/** How many characters are to be added, dropped, changed, or swapped with the next (Damerau, optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        last[j]! + 1,
        row[j - 1]! + 1,
        last[j - 1]! + (same ? 0 : 1),
        swapped ? beforeLast[j - 2]! + 1 : Infinity,
      )
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
