/** What a torch says of its own build. */
export interface TorchBuild {
  readonly version: string
  /** `13.0`, or null of a build without CUDA. */
  readonly cuda: string | null
  readonly hip: string | null
}

/**
 * Reads `torch/version.py`, which every build writes: `cuda: Optional[str] = '13.0'`, older ones `cuda = '11.7'`. It tells more
 * than the version's local label, which builds on the public index, for macOS and of conda do not have.
 *
 * @returns undefined where it is another file of that name
 */
export function readTorchVersion(source: string): TorchBuild | undefined {
  const value = (name: string): string | null | undefined => {
    const [, text] = new RegExp(`^${name}\\s*(?::[^=\\n]*)?=\\s*(None|'[^'\\n]*'|"[^"\\n]*")`, 'm').exec(source) ?? []
    return text === undefined ? undefined : text === 'None' ? null : text.slice(1, -1)
  }
  const version = value('__version__')
  if (!version) return undefined
  // Before CUDA was told the file had the version alone; `''` has been seen for no CUDA.
  return { version, cuda: value('cuda') || null, hip: value('hip') || null }
}
