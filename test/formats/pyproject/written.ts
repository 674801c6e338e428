import type { Decision, ProjectDecision } from '../../../src/formats/decision.ts'
import type { PyprojectManifest } from '../../../src/formats/project-manifest.ts'
import { readPyprojectManifest } from '../../../src/formats/toml/pyproject/format.ts'

export type AnyDecision = Decision | ProjectDecision

/** What kind of file a text is. */
export interface Written {
  /** `toml`, or `py` of a script. */
  readonly extension: 'toml' | 'py'
}

export function read(input: string, { extension }: Written): PyprojectManifest {
  return readPyprojectManifest(Buffer.from(input), extension === 'py' ? 'script.py' : 'pyproject.toml')
}
