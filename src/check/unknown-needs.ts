import type { Unit } from '../open.ts'
import { directName, isLookedInto } from '../torch/lines.ts'

/** What the files install whose own needs are not known, so that more may come with it: names for people. */
export async function unknownNeeds({ answer, targets, asTheyAre }: Unit): Promise<string[]> {
  const { lines } = await answer()
  const installs = await Promise.all(targets.map(asTheyAre))
  const releases = installs.flatMap(install => install?.unknown ?? [])
  const direct = lines.direct.filter(line => line.targets.length > 0 && !isLookedInto(line))
  return [...new Set([...releases.map(({ project, version }) => `${project}==${version}`), ...direct.map(directName)])]
}
