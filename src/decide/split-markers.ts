/** Systems whose CPU builds have no label, by the name of their places, and how a marker names each. */
const systems: readonly [place: RegExp, is: string, isNot: string][] = [
  [/ macos-/, "sys_platform == 'darwin'", "sys_platform != 'darwin'"],
  [
    / linux-aarch64$/,
    "sys_platform == 'linux' and platform_machine == 'aarch64'",
    "sys_platform != 'linux' or platform_machine != 'aarch64'",
  ],
]

/**
 * The markers of a package that becomes two: of its builds without a label, and of those with one. Exactly one of them holds
 * wherever the marker of the package does.
 *
 * @param marker that of the package; undefined: it is installed everywhere
 * @param places where the builds without a label install, as `3.12 macos-arm64`
 */
export function splitMarkers(marker: string | undefined, places: Iterable<string>): [plain: string, labelled: string] {
  const all = [...places]
  const named = systems.filter(([place]) => all.some(one => place.test(one)))
  const plain = joined(
    named.map(([, is]) => is),
    'or',
  )
  const labelled = joined(
    named.map(([, , isNot]) => isNot),
    'and',
  )
  const own = marker === undefined ? [] : [marker]
  return [joined([...own, plain], 'and'), joined([...own, labelled], 'and')]
}

/** Markers as one. Brackets go around what has the other operator. */
function joined(markers: readonly string[], operator: 'and' | 'or'): string {
  if (markers.length === 1) return markers[0]!
  const other = operator === 'and' ? ' or ' : ' and '
  return markers.map(one => (withoutBracketed(one).includes(other) ? `(${one})` : one)).join(` ${operator} `)
}

/** A marker without what is in brackets. What is quoted in it does not count either. */
function withoutBracketed(marker: string): string {
  let text = marker.replace(/'[^']*'|"[^"]*"/g, '')
  for (let shorter = text.replace(/\([^()]*\)/, ''); shorter !== text; shorter = text.replace(/\([^()]*\)/, ''))
    text = shorter
  return text
}
