import type { IndexResult } from './rewrite.ts'

/** What `torchpin versions` found, and word for word the JSON document of `--format json`. Keys may be added, never renamed. */
export interface VersionsResult {
  readonly schema: 1
  /** Of torchpin. */
  readonly version: string
  readonly package: string
  readonly index: IndexResult
  readonly filter: {
    /** The Pythons asked for; empty: any. */
    readonly python: readonly string[]
    readonly platforms: readonly string[]
  }
  /** Newest first. */
  readonly releases: readonly ReleaseResult[]
  /** Whether older releases were left out. */
  readonly more: boolean
}

/** A release of which the index has CPU wheels for all that was asked. */
export interface ReleaseResult {
  /** As it has to be pinned, with the label if the builds have one: `2.13.0+cpu`. Where that differs by platform: see `pins`. */
  readonly version: string
  readonly release: string
  /** That have a wheel on each platform asked for, else on any; `3.13t` is free-threaded. */
  readonly pythons: readonly string[]
  /** That have a wheel for each Python asked for, else for any. */
  readonly platforms: readonly string[]
  /** For each platform asked for, else for each there is, the version to pin: macOS builds have no label. */
  readonly pins: Readonly<Record<string, string>>
  /** Whether all of these wheels are withdrawn. */
  readonly yanked: boolean
  /** When the first of these wheels came, in ISO 8601; null if the index does not say. */
  readonly uploaded: string | null
  /** The wheels for what was asked: one entry for each Python and platform that a wheel serves. */
  readonly wheels: readonly WheelResult[]
  /** The releases that go with it, newest first: of its companions for torch, of torch for a companion. */
  readonly pairs: Readonly<Record<string, readonly string[]>>
  /** What it asks of torch: `torch==2.13.0`; null where that is not known, or nothing. */
  readonly requires: string | null
}

/** A wheel, for one Python and one platform that it serves. */
export interface WheelResult {
  readonly filename: string
  readonly python: string
  readonly platform: string
  /** Bytes to download; null if the index does not say. */
  readonly size: number | null
  readonly uploaded: string | null
  readonly yanked: boolean
}
