/** Systems whose CPU builds have no label, by the name of their places, and how a marker names each. */
const systems: readonly [place: RegExp, is: string, isNot: string][] = [
  [/ macos-/, "sys_platform == 'darwin'", "sys_platform != 'darwin'"],
  [
    / linux-aarch64$/,
    "sys_platform == 'linux' and platform_machine == 'aarch64'",
    "(sys_platform != 'linux' or platform_machine != 'aarch64')",
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
  const [first, ...more] = named.map(([, is]) => is)
  const plain =
    more.length === 0 ? first! : [first, ...more].map(is => (is!.includes(' and ') ? `(${is})` : is)).join(' or ')
  const labelled = named.map(([, , isNot]) => isNot).join(' and ')
  return [
    both(marker, plain),
    both(marker, named.length === 1 && marker === undefined ? withoutBrackets(labelled) : labelled),
  ]
}

function both(marker: string | undefined, other: string): string {
  if (marker === undefined) return other
  return [marker, other].map(one => (one.includes(' or ') && !isBracketed(one) ? `(${one})` : one)).join(' and ')
}

/** Whether one pair of brackets is around all of a marker that this file writes. */
const isBracketed = (marker: string): boolean => /^\([^()]*\)$/.test(marker)

const withoutBrackets = (marker: string): string => (isBracketed(marker) ? marker.slice(1, -1) : marker)
