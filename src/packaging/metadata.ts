/** The fields of core metadata that matter to dependency resolution (core metadata specification, PEP 566, 643, 685). */
export interface CoreMetadata {
  readonly metadataVersion: string
  readonly name: string
  readonly version: string
  /** Dependency specifiers, as written. */
  readonly requiresDist: readonly string[]
  readonly requiresPython?: string
  readonly providesExtra: readonly string[]
  /** Fields of a source distribution that a build may fill otherwise, in lower case. */
  readonly dynamic: readonly string[]
}

/**
 * Reads METADATA or PKG-INFO: the headers of an e-mail message. Folded lines are joined; the body, which is the
 * description, is not looked at. As in Python's reader, the first line that is no header begins the body.
 */
export function parseCoreMetadata(text: string): CoreMetadata {
  const fields = readHeaders(text)
  const first = (name: string) => fields.get(name)?.[0]
  const requiresPython = first('requires-python')
  return {
    metadataVersion: first('metadata-version') ?? '',
    name: first('name') ?? '',
    version: first('version') ?? '',
    requiresDist: fields.get('requires-dist') ?? [],
    ...(requiresPython !== undefined && { requiresPython }),
    providesExtra: fields.get('provides-extra') ?? [],
    dynamic: (fields.get('dynamic') ?? []).map(field => field.toLowerCase()),
  }
}

/** Values by field name in lower case. */
function readHeaders(text: string): Map<string, string[]> {
  const fields = new Map<string, string[]>()
  let values: string[] = []
  for (const line of linesOf(text)) {
    const colon = line.indexOf(':')
    if (line.startsWith(' ') || line.startsWith('\t')) {
      const more = line.trim()
      const before = values.pop()
      if (before !== undefined) values.push(before && more ? `${before} ${more}` : before || more)
    } else if (colon > 0 && /^[!-9;-~]+$/.test(line.slice(0, colon))) {
      const name = line.slice(0, colon).toLowerCase()
      values = fields.get(name) ?? []
      fields.set(name, values)
      values.push(line.slice(colon + 1).trim())
    } else if (colon === 0 || line.startsWith('From ')) values = []
    else break
  }
  return fields
}

/** One by one: what follows the headers may be a long description. */
function* linesOf(text: string): Generator<string> {
  const ending = /\r\n|\r|\n/g
  let start = 0
  for (let found = ending.exec(text); found; found = ending.exec(text)) {
    yield text.slice(start, found.index)
    start = ending.lastIndex
  }
  yield text.slice(start)
}
