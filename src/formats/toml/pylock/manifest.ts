import type { WheelName } from '../../../packaging/wheel.ts'
import type { Encoding } from '../../../text/diff.ts'
import type { Span } from '../../../text/edits.ts'
import type { Manifest } from '../../format.ts'

/** What a pylock.toml (PEP 751) says. */
export interface PylockManifest extends Manifest {
  readonly encoding: Encoding
  /** The tool that wrote it, as that calls itself. */
  readonly createdBy: string | undefined
  /** A specifier; undefined: any Python. */
  readonly requiresPython: string | undefined
  readonly packages: readonly PylockEntry[]
}

/** One of `[[packages]]`. */
export interface PylockEntry {
  /** From its header to the end of its last table. */
  readonly at: Span
  /** `name = …` */
  readonly nameAt: Span
  /** On which it is named, 1-based. */
  readonly line: number
  /** Canonical. */
  readonly name: string
  /** Undefined: it is known only once it is built. */
  readonly version: string | undefined
  readonly marker: string | undefined
  readonly index: string | undefined
  /** `wheels`: it names wheels by URL, and nothing else. `direct`: a repository or an archive. `local`: a path of this machine. `source`: an sdist of an index, perhaps beside wheels. */
  readonly from: 'wheels' | 'source' | 'direct' | 'local'
  /** As a requirement names it: `git+https://…`; undefined where it is none of these. */
  readonly place: string | undefined
  /** Those whose names can be read. */
  readonly wheels: readonly WheelName[]
  /** Where all of its wheels are. */
  readonly urls: readonly string[]
  /** One of its lines says `# torchpin: keep`. */
  readonly ignoredByComment: boolean
}
