import { type PythonStatement, pythonsAround } from '../../project-files/stated-pythons.ts'
import { dockerfilesOf } from '../../workspace/dockerfiles.ts'
import type { Folder } from '../../workspace/folders.ts'
import { fittingReleases, type LinuxRelease } from './linux-releases.ts'
import type { Needs } from './needs.ts'
import type { Note } from './notes.ts'
import { isOrdinary, newestPython } from './python-version.ts'
import type { Tree } from './tree.ts'

interface Asked {
  readonly tree: Tree
  readonly releases: readonly LinuxRelease[]
  /** What the user says. */
  readonly given: string | undefined
  /** Undefined while what is installed is not known. */
  readonly needs: Needs | undefined
  readonly requiresPython: string | undefined
  /** Decides for a requirements file; undefined: there is none, or what is installed is not known. */
  readonly forRequirements: (() => Promise<FoundPython>) | undefined
}

/** A Python, where it was read, and whether nothing states it. */
interface FoundPython {
  readonly python: string
  readonly source: string
  readonly assumed: boolean
}

export interface PythonChoice {
  /** `3.12`, or `3.12.4` as stated. */
  readonly python: string
  readonly source: string
  readonly notes: readonly Note[]
}

/** The Python of the image: as told, else as the repository says, else the newest on which what is installed works. */
export async function choosePython(asked: Asked): Promise<PythonChoice> {
  const { tree, releases, given, needs, forRequirements } = asked
  const stated = given === undefined ? await statedIn(tree) : { python: given, source: '--python' }
  if (stated)
    return { ...stated, notes: needs && needs.torch.state !== 'none' ? missingWheel(stated, releases, needs) : [] }
  const { python, source, assumed } = forRequirements ? await forRequirements() : newestOfTorch(asked)
  if (!assumed) return { python, source, notes: [] }
  return {
    python,
    source,
    notes: [
      {
        code: 'init-python-assumed',
        level: 'info',
        place: 'base',
        message: `nothing says which Python this runs on, so ${python} is taken`,
        hint: 'write it into .python-version, or give it with --python',
      },
    ],
  }
}

/** The newest Python that the torch which is asked for has a CPU wheel for. */
function newestOfTorch({ releases, needs, requiresPython }: Asked): FoundPython {
  const torch = fittingReleases(releases, needs?.torchVersions ?? [])[0] ?? releases[0]!
  const python = newestPython(torch, requiresPython) ?? newestPython(releases[0]!, undefined)!
  const source = `the newest that torch ${torch.version.text} has a wheel for${requiresPython === undefined ? '' : `, within ${requiresPython}`}`
  return { python, source, assumed: true }
}

/** The Dockerfile that will be replaced goes last: what was written into it came from the others. */
async function statedIn({ folder: cwd }: Tree): Promise<PythonStatement | undefined> {
  const dockerfiles = (folder: Folder) =>
    dockerfilesOf(folder).filter(name => folder.path !== cwd || name !== 'Dockerfile')
  const { stated } = await pythonsAround(cwd, { cwd, dockerfiles })
  return stated[0] ?? (await pythonsAround(cwd, { cwd })).stated[0]
}

function missingWheel(
  { python, source }: { python: string; source: string },
  releases: readonly LinuxRelease[],
  { torchVersions }: Needs,
): Note[] {
  const wanted = fittingReleases(releases, torchVersions)[0]
  // A release that is not on record may well have one.
  if (!wanted || fittingReleases(releases, torchVersions, python).length > 0) return []
  return [
    {
      code: 'init-python-without-torch',
      level: 'warning',
      place: 'base',
      message: `torch ${wanted.version.text} has no CPU wheel for Python ${python} (${source})`,
      hint: `it has wheels for ${wanted.pythons.filter(isOrdinary).join(', ')}`,
    },
  ]
}
