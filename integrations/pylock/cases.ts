import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a case of fixtures/pylock says, in expect.json. */
export interface Expectation {
  readonly why: string
  /** The words that make the lock; none: it was written by hand. */
  readonly made?: readonly string[]
  /** Flags of `torchpin rewrite`. */
  readonly flags?: readonly string[]
  /** Of `torchpin rewrite`; 0 where none is said. */
  readonly exitCode?: number
  /** Part of the message, where the run fails. */
  readonly message?: string
  /** Public release of each of the torch family in the result. */
  readonly releases?: Readonly<Record<string, string>>
  /** Packages for CUDA that the result has. */
  readonly keeps?: readonly string[]
  /** Codes of what is said. */
  readonly says?: readonly string[]
  readonly unchanged?: boolean
  /** CUDA stays, because a person said so, or what is locked cannot be switched. */
  readonly keepsCuda?: boolean
}

export interface Case {
  readonly name: string
  readonly folder: string
  readonly expected: Expectation
}

/** Where the fixtures have the server of a run. */
const recordedOrigin = 'https://index.example.org'

/** The cases of those names, or all. */
export function readCases(names: readonly string[] = []): Case[] {
  const found = readdirSync('fixtures/pylock').sort()
  return (names.length > 0 ? names : found).map(name => {
    const folder = join('fixtures/pylock', name)
    return { name, folder, expected: JSON.parse(readFileSync(join(folder, 'expect.json'), 'utf8')) }
  })
}

/** The lock of a case, with the server at an origin; undefined: there is none, since the run is to fail. */
export function lockText({ folder }: Case, side: 'before' | 'after', origin: string): string | undefined {
  const path = join(folder, `${side}.toml`)
  return existsSync(path) ? readFileSync(path, 'utf8').replaceAll(recordedOrigin, origin) : undefined
}

/** A text as the fixtures have it. */
export function recorded(text: string, origin: string): string {
  return text.replaceAll(origin, recordedOrigin)
}

/** A text of the fixtures, with the server at an origin. */
export function placed(text: string, origin: string): string {
  return text.replaceAll(recordedOrigin, origin)
}
