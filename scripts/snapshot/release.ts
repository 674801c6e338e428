import type { IndexFile } from '../../src/package-index/project-page.ts'
import { type FileRow, type Release, type Snapshot, shortenFilename } from '../../src/package-index/snapshot/format.ts'
import type { CoreMetadata } from '../../src/packaging/metadata.ts'

/** Bytes installed, by SHA-256: what an earlier snapshot has read of a file need not be read again. */
export function measuredIn({ projects }: Snapshot): Map<string, number> {
  const releases = Object.values(projects).flatMap(Object.values<Release>)
  const rows = releases.flatMap(({ files }) => files)
  return new Map(rows.flatMap(([, sha256, , installed]) => (sha256 && installed !== null ? [[sha256, installed]] : [])))
}

/** A file with what is known about its bytes. */
export interface MeasuredFile {
  readonly file: IndexFile
  readonly download?: number
  readonly installed?: number
}

export function releaseOf(
  project: string,
  version: string,
  metadata: CoreMetadata | undefined,
  files: readonly MeasuredFile[],
): Release {
  const requiresPython = metadata?.requiresPython ?? files.find(({ file }) => file.requiresPython)?.file.requiresPython
  const uploads = files.flatMap(({ file }) => file.uploadTime ?? [])
  const last = uploads.length === files.length ? uploads.sort().at(-1) : undefined
  return {
    ...(requiresPython ? { requiresPython } : {}),
    ...(metadata ? { requiresDist: metadata.requiresDist } : {}),
    ...(metadata && metadata.providesExtra.length > 0 ? { extras: metadata.providesExtra } : {}),
    // Fractions of a second are noise.
    ...(last ? { uploaded: last.replace(/\.\d+/, '') } : {}),
    files: files.map(file => rowOf(project, version, file)).sort((a, b) => (a[0] < b[0] ? -1 : 1)),
  }
}

function rowOf(project: string, version: string, { file, download, installed }: MeasuredFile): FileRow {
  const name = shortenFilename(project, version, file.filename)
  return [name, file.hashes.sha256 ?? null, download ?? file.size ?? null, installed ?? file.installedSize ?? null]
}
