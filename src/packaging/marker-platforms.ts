import type { Comparison, Marker } from './marker-syntax.ts'
import { environmentFor, type Platform, platforms } from './target.ts'

/** Which system and which machine it is, in the variables of PEP 508. */
const variables: ReadonlySet<string> = new Set(['os_name', 'sys_platform', 'platform_system', 'platform_machine'])

/** What most files are for; a marker that names it says nothing of another platform. */
const usual: Platform = 'linux-x86_64'

/**
 * The platforms that a marker names besides Linux on x86_64, whether it lets them in or not: `sys_platform != "darwin"` is
 * written by people who install on macOS too. A machine that no platform has (`ppc64le`) names none.
 */
export function platformsNamed(marker: Marker): Platform[] {
  const named = comparisonsIn(marker).flatMap(namedBy)
  return platforms.filter(platform => named.includes(platform))
}

function comparisonsIn(marker: Marker): Comparison[] {
  return marker.type === 'comparison' ? [marker] : marker.terms.flatMap(comparisonsIn)
}

function namedBy({ left, right }: Comparison): Platform[] {
  const variable = left.type === 'variable' ? left.name : right.type === 'variable' ? right.name : ''
  const written = left.type === 'string' ? left.value : right.type === 'string' ? right.value : ''
  if (!variables.has(variable)) return []
  // `sys_platform in "darwin, win32"` has several in one text.
  const words = written.split(/[\s,|]+/)
  const valueOn = (platform: Platform) => environmentFor({ python: '3.11', platform })[variable]!
  return platforms.filter(platform => valueOn(platform) !== valueOn(usual) && words.includes(valueOn(platform)))
}
