import type { PinMode } from '../contract/options.ts'
import type { Target } from '../packaging/target.ts'
import type { Resolution } from '../resolve/resolve.ts'
import type { Trap } from '../torch/traps.ts'
import type { FileStyles } from './file-styles.ts'

/** What was decided about versions. */
export interface Versions {
  readonly resolution: Resolution
  readonly targets: readonly Target[]
  /** What fails at run time, and was kept apart. */
  readonly avoided: readonly Trap[]
  /** Which entries are pinned. */
  readonly pin: PinMode
}

/** How files say where the CPU wheels are. */
export interface IndexWriting {
  /** Without credentials. */
  readonly cpuIndexUrl: string
  readonly styles: FileStyles
}

/** The SHA-256 of files whose index does not give it, in lower-case hexadecimal, by URL. */
export type Digests = ReadonlyMap<string, string>
