import { evaluateMarker, parseMarker } from './marker.ts'
import { environmentFor, type Target } from './target.ts'

/**
 * The shortest marker (PEP 508) that holds on the targets `inside` and on none of `outside`. `!=` comes before a list of
 * all that is left: it admits platforms that no marker names, as `sys_platform != "darwin"` does with other systems.
 *
 * @throws Error where a target is on both sides: no marker tells it from itself
 */
export function markerFor(inside: readonly Target[], outside: readonly Target[]): string {
  const tellsApart = (marker: string): boolean => {
    const parsed = parseMarker(marker)
    const holds = (target: Target) => evaluateMarker(parsed, environmentFor(target))
    return inside.every(holds) && !outside.some(holds)
  }
  const atoms = atomsOf([...inside, ...outside])
  const pairs = atoms.flatMap((first, i) => atoms.slice(i + 1).map(second => `${first} and ${second}`))
  const listed = inside.map(target => {
    const { sys_platform, platform_machine, python_version } = environmentFor(target)
    return `(sys_platform == "${sys_platform}" and platform_machine == "${platform_machine}" and python_version == "${python_version}")`
  })
  const found = [...atoms, ...pairs, listed.join(' or ')].find(tellsApart)
  if (!found) throw new Error('a target cannot be told from itself')
  return found
}

/** Comparisons that part the targets, the plainest first. */
function atomsOf(targets: readonly Target[]): string[] {
  const environments = targets.map(environmentFor)
  const valuesOf = (variable: string) => [...new Set(environments.map(environment => environment[variable]!))]
  const equalities = ['sys_platform', 'platform_machine'].flatMap(variable =>
    // The odd one out is named, not the rest.
    valuesOf(variable)
      .sort((a, b) => oddity(a) - oddity(b))
      .flatMap(value => [`${variable} == "${value}"`, `${variable} != "${value}"`]),
  )
  const pythons = valuesOf('python_version').flatMap(version => [
    `python_version < "${version}"`,
    `python_version >= "${version}"`,
  ])
  return [...equalities, ...pythons]
}

/** Linux on x86_64 is what nearly every file is for; what differs from it gives the marker. */
function oddity(value: string): number {
  const odd = ['darwin', 'win32', 'arm64', 'aarch64', 'AMD64']
  return odd.includes(value) ? odd.indexOf(value) : odd.length
}
