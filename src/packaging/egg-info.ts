/** What `requires.txt` of an egg-info folder lists, in the words of core metadata. */
export interface EggRequirements {
  /** Dependency specifiers, with markers. */
  readonly requiresDist: readonly string[]
  readonly providesExtra: readonly string[]
}

/**
 * Reads `requires.txt`, which setuptools writes into the egg-info of a source distribution: a requirement a line, those
 * without a section first; below `[extra]`, `[:marker]` or `[extra:marker]` what holds there alone (setuptools,
 * `command/egg_info.py` and `_reqs.py`).
 */
export function readEggRequirements(text: string): EggRequirements {
  const requiresDist: string[] = []
  const extras = new Set<string>()
  let extra = ''
  let marker = ''
  for (const written of text.split(/\r\n|\r|\n/)) {
    const line = written.trim()
    if (line === '' || line.startsWith('#')) continue
    const section = /^\[(.*)\]$/.exec(line)?.[1]
    if (section === undefined) requiresDist.push(withMarkers(line, extra, marker))
    else {
      const colon = section.indexOf(':')
      extra = (colon < 0 ? section : section.slice(0, colon)).trim()
      marker = colon < 0 ? '' : section.slice(colon + 1).trim()
      if (extra !== '') extras.add(extra)
    }
  }
  return { requiresDist, providesExtra: [...extras] }
}

/** A marker of its own stands behind ` ;` where the requirement is a URL, which may hold semicolons. */
function withMarkers(line: string, extra: string, marker: string): string {
  const at = / @ /.test(line) ? line.indexOf(' ;') : line.indexOf(';')
  const requirement = at < 0 ? line : line.slice(0, at)
  const own = at < 0 ? '' : line.slice(line.indexOf(';', at) + 1).trim()
  const markers = [own, marker].filter(part => part !== '').map(part => (/\bor\b/.test(part) ? `(${part})` : part))
  const all = [...markers, ...(extra === '' ? [] : [`extra == "${extra}"`])].join(' and ')
  return all === '' ? requirement.trim() : `${requirement.trim()} ; ${all}`
}
