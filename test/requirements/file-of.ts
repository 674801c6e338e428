import { parseRequirements } from '../../src/formats/requirements/parse.ts'
import type { RequirementsFile } from '../../src/formats/requirements/requirements-file.ts'

/** A requirements file that is on no disk. One whose name begins with `constraints` is a file of constraints. */
export function fileOf(source: string, path = 'requirements.txt'): RequirementsFile {
  return {
    ...parseRequirements(source),
    path,
    absolute: `/${path}`,
    encoding: { name: 'utf-8', bom: false },
    bytes: Buffer.from(source),
    role: path.startsWith('constraints') ? 'constraints' : 'requirements',
    root: true,
    own: true,
    includes: [],
    remoteIncludes: [],
  }
}
