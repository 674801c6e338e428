import type { Folder } from '../../files/folders.ts'
import { dockerfilesOf } from '../../project-files/dockerfile/names.ts'
import { type PythonStatement, pythonsAround, type RepositoryPythons } from '../../project-files/stated-pythons.ts'
import { fittingReleases, type LinuxRelease } from './linux-releases.ts'
import type { Needs } from './needs.ts'
import type { Note } from './notes.ts'
import { hasWheels, isOrdinary, pythonsWithin } from './python-version.ts'
import type { Tree } from './tree.ts'

interface PythonQuestion {
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

/**
 * Chooses the Python of the image: that of the user, else that of the repository, else the newest on which everything installs.
 * The Python of a CI system counts after the header of a compiled file, and only where a lock file has wheels for it.
 */
export async function choosePython(asked: PythonQuestion): Promise<PythonChoice> {
  const { releases, given, needs, forRequirements } = asked
  const stated = given === undefined ? await statedFor(asked) : { python: given, source: '--python' }
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

/** The newest Python for which the wanted torch, and everything locked beside it, has a wheel. */
function newestOfTorch({ releases, needs, requiresPython }: PythonQuestion): FoundPython {
  const torch = fittingReleases(releases, needs?.torchVersions ?? [])[0] ?? releases[0]!
  const pythons = pythonsWithin(torch, requiresPython)
  const locked = pythons.find(python => hasWheels(needs?.files ?? [], python))
  const python = locked ?? pythons[0] ?? pythonsWithin(releases[0]!, undefined)[0]!
  const within = requiresPython === undefined ? '' : `, within ${requiresPython}`
  const has =
    locked !== undefined && locked !== pythons[0]
      ? 'all that is locked has wheels'
      : `torch ${torch.version.text} has a wheel`
  return { python, source: `the newest that ${has} for${within}`, assumed: true }
}

/** The Python that the repository states. One that CI only tests on yields to a requirements file, or to a lock file. */
async function statedFor({ tree, needs, forRequirements }: PythonQuestion): Promise<PythonStatement | undefined> {
  const { stated, onlyTested } = await statedIn(tree)
  if (!onlyTested) return stated[0]
  return forRequirements ? undefined : stated.find(({ python }) => hasWheels(needs?.files ?? [], python))
}

/** The Dockerfile that will be replaced counts last: torchpin may have written it from the others. */
async function statedIn({ folder: cwd }: Tree): Promise<RepositoryPythons> {
  const dockerfiles = (folder: Folder) =>
    dockerfilesOf(folder).filter(name => folder.path !== cwd || name !== 'Dockerfile')
  const others = await pythonsAround(cwd, { cwd, dockerfiles })
  return others.stated.length > 0 ? others : pythonsAround(cwd, { cwd })
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
