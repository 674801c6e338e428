import { parseCoreMetadata } from '../packaging/metadata.ts'

/** A file whose contents show what is installed. */
export interface TellingFile {
  /** Bytes of its beginning that are enough, or all of it, which may be no longer than that. */
  readonly limit: number
  readonly whole: boolean
  /** What of its text is kept. */
  keep(text: string): string
}

const asIs = (text: string) => text

/** The largest RECORD known, of torch, has 1.3 MB. */
const LONGEST_LIST = 2 ** 25

/** Each kind by the end of its path. What is kept of it is read by `distributions.ts` and `inventory.ts`. */
const kinds: readonly [path: RegExp, TellingFile][] = [
  [/(?:^|\/)torch\/version\.py$/, { limit: 2 ** 16, whole: false, keep: asIs }],
  [/\.dist-info\/METADATA$|\.egg-info(?:\/PKG-INFO)?$/, { limit: 2 ** 16, whole: false, keep: nameAndVersion }],
  [/\.dist-info\/RECORD$/, { limit: LONGEST_LIST, whole: true, keep: recordedPaths }],
  [/\.egg-info\/installed-files\.txt$/, { limit: LONGEST_LIST, whole: true, keep: asIs }],
  [/(?:^|\/)conda-meta\/[^/]+\.json$/, { limit: LONGEST_LIST, whole: true, keep: condaPackage }],
]

/** What to keep of a file, by its path; undefined for nearly all of them. */
export function tellingFile(path: string): TellingFile | undefined {
  if (!/version\.py$|-info|conda-meta/.test(path)) return undefined
  return kinds.find(([pattern]) => pattern.test(path))?.[1]
}

/** What `distributions.ts` reads of a package of conda. */
export interface CondaPackage {
  readonly name: string
  readonly version: string
  readonly files: readonly string[]
}

function nameAndVersion(metadata: string): string {
  const { name, version } = parseCoreMetadata(metadata)
  return `${name}\n${version}`
}

/** The paths of a RECORD (recording installed projects): the first field of each line of CSV, quoted where it has a comma or a quote. */
function recordedPaths(record: string): string {
  return record
    .split(/\r?\n/)
    .map(line => {
      const quoted = /^"((?:[^"]|"")*)"/.exec(line)
      return quoted ? quoted[1]!.replaceAll('""', '"') : line.slice(0, Math.max(0, line.indexOf(',')))
    })
    .filter(path => path !== '')
    .join('\n')
}

/** Empty where it is none. */
function condaPackage(json: string): string {
  try {
    const { name, version, files } = JSON.parse(json) as Partial<Record<keyof CondaPackage, unknown>>
    if (typeof name !== 'string' || typeof version !== 'string' || !Array.isArray(files)) return ''
    const kept: CondaPackage = { name, version, files: files.filter(file => typeof file === 'string') }
    return JSON.stringify(kept)
  } catch {
    return ''
  }
}
