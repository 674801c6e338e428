import type { PylockEntry } from '../formats/toml/pylock/manifest.ts'
import { allNames, holdsFor } from '../locks/chosen-marker.ts'
import { platforms } from '../packaging/target.ts'
import { type PlaceNames, placeNamed, placesOfWheels } from '../packaging/wheel-places.ts'

/** Where a locked package has wheels, and its marker has it installed. Places that cannot be targeted count. */
export function installedPlaces({ wheels, marker }: Pick<PylockEntry, 'wheels' | 'marker'>): PlaceNames {
  return new Set([...placesOfWheels(wheels)].filter(place => isInstalledAt(marker, place)))
}

/** Extras and groups count as chosen. */
function isInstalledAt(marker: string | undefined, place: string): boolean {
  const named = placeNamed(place)
  const platform = platforms.find(one => one === named.platform)
  const python = named.python.replace(/t$/, '')
  return !platform || holdsFor(marker, { extras: allNames, groups: allNames }, { python, platform })
}
