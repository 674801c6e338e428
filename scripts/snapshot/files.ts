import type { IndexFile, PackageIndex, ProjectPage } from '../../src/package-index/project-page.ts'
import type { Target } from '../../src/packaging/target.ts'
import { compareVersions, type Version } from '../../src/packaging/version.ts'
import { parseSdistFilename, parseWheelFilename } from '../../src/packaging/wheel.ts'
import { candidatesOf } from '../../src/resolve/provider/candidates.ts'

/** The files of one version, yanked ones left out. */
export interface VersionFiles {
  readonly version: Version
  readonly files: readonly IndexFile[]
}

/** The versions of a page, oldest first. */
export function versionsOf({ project, files }: ProjectPage): VersionFiles[] {
  const byVersion = new Map<string, { version: Version; files: IndexFile[] }>()
  for (const file of files) {
    const version = parseWheelFilename(file.filename)?.version ?? parseSdistFilename(file.filename, project)
    if (!version || file.yanked) continue
    const known = byVersion.get(version.text)
    if (known) known.files.push(file)
    else byVersion.set(version.text, { version, files: [file] })
  }
  return [...byVersion.values()].sort((a, b) => compareVersions(a.version, b.version))
}

/** The files of a version that an installer would take on the targets, each once. */
export function installable(
  index: PackageIndex,
  project: string,
  files: readonly IndexFile[],
  targets: readonly Target[],
): IndexFile[] {
  const page: ProjectPage = { project, files, origin: 'live' }
  const taken = targets.flatMap(target => {
    const rules = { target, sources: true, pinned: () => true }
    const { candidates } = candidatesOf([{ page, index }], rules)
    return candidates.map(({ build }) => build.file)
  })
  return [...new Set(taken)]
}
