import { detectPython, dockerfilesOf } from '../../workspace/python.ts'
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
}

export interface PythonChoice {
  /** `3.12`, or `3.12.4` as stated. */
  readonly python: string
  readonly source: string
  readonly notes: readonly Note[]
}

/** The Python of the image: as told, else as the repository says, else the newest that torch has a CPU wheel for. */
export async function choosePython({ tree, releases, given, needs, requiresPython }: Asked): Promise<PythonChoice> {
  const wanted = needs?.torchVersions ?? []
  const torch = fittingReleases(releases, wanted)[0] ?? releases[0]!
  // The Dockerfile that will be replaced goes last: what was written into it came from the others.
  const stated =
    given === undefined
      ? ((await detectPython(tree.folder, tree.folder, folder =>
          dockerfilesOf(folder).filter(name => folder.path !== tree.folder || name !== 'Dockerfile'),
        )) ?? (await detectPython(tree.folder, tree.folder)))
      : { python: given, source: '--python' }
  if (stated)
    return { ...stated, notes: needs && needs.torch.state !== 'none' ? missingWheel(stated, releases, needs) : [] }
  const python = newestPython(torch, requiresPython) ?? newestPython(releases[0]!, undefined)!
  const source = `the newest that torch ${torch.version.text} has a wheel for${requiresPython === undefined ? '' : `, within ${requiresPython}`}`
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
