import type { IndexFile } from '../../src/package-index/project-page.ts'
import type { Release, Snapshot } from '../../src/package-index/snapshot/format.ts'
import type { CoreMetadata } from '../../src/packaging/metadata.ts'
import { parseRequirement } from '../../src/packaging/requirement.ts'
import type { Target } from '../../src/packaging/target.ts'
import { compareVersions, parseVersion } from '../../src/packaging/version.ts'
import { ProjectProvider } from '../../src/resolve/provider/project-provider.ts'
import { NoSolution } from '../../src/resolve/pubgrub/solver.ts'
import { resolve } from '../../src/resolve/resolve.ts'
import { withPairing } from '../../src/torch/pairings.ts'
import { installable, type VersionFiles, versionsOf } from './files.ts'
import { pool } from './pool.ts'
import type { RecordingIndex } from './recording-index.ts'
import { releaseOf } from './release.ts'
import { covered, installed, newest, oldestTorch, seeds } from './seeds.ts'

/**
 * What installs of the seeds come to on the public index, and the newest releases of what the seeds name.
 *
 * @param measured bytes installed that need not be read again, by SHA-256
 * @param tell told once in a while what is being done
 */
export async function collectPublic(
  index: RecordingIndex,
  measured: ReadonlyMap<string, number>,
  tell: (message: string) => void,
): Promise<Snapshot['projects']> {
  const torch = await index.project('torch')
  if (!torch) throw new Error(`${index.url} has no torch`)
  const oldest = parseVersion(oldestTorch)!
  const releases = versionsOf(torch).filter(
    ({ version }) => !version.isPrerelease && compareVersions(version, oldest) >= 0,
  )
  const installs = [
    ...seeds,
    ...releases.flatMap(({ version: { text } }) =>
      [[], ['torchvision', 'torchaudio'], ['torchtext']].map(companions => [`torch==${text}`, ...companions]),
    ),
  ]

  const kept = new Map<string, Set<string>>()
  const keep = (project: string, version: string) =>
    kept.set(project, (kept.get(project) ?? new Set<string>()).add(version))
  for (const target of installed) {
    tell(`resolving for Python ${target.python} on ${target.platform}`)
    for (const { project, version } of await resolveAll(index, installs, target)) keep(project, version)
  }
  for (const project of new Set(seeds.flat().map(line => parseRequirement(line).key))) {
    const page = await index.project(project)
    const latest = page
      ? versionsOf(page)
          .filter(({ version }) => !version.isPrerelease)
          .slice(-newest)
      : []
    for (const { version } of latest) keep(project, version.text)
  }

  tell(`reading the releases of ${kept.size} projects`)
  const projects = [...kept].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    await pool(projects, 4, async ([project, versions]) => {
      const all = versionsOf(index.pages.get(project)!).filter(({ version }) => versions.has(version.text))
      const read = await pool(all, 2, release => readRelease(index, project, release, measured))
      return [project, Object.fromEntries(read.filter(([, { files }]) => files.length > 0))] as const
    }),
  )
}

async function resolveAll(index: RecordingIndex, installs: readonly (readonly string[])[], target: Target) {
  const provider = new ProjectProvider(
    {
      indexesFor: () => [index],
      rulesFor: () => ({ target, sources: true, admits: () => true, pinned: () => false }),
      wantsPrereleases: () => false,
      amend: (project, version, metadata) => withPairing(project, version.text, metadata),
      direct: () => undefined,
    },
    target,
  )
  const found = await pool(installs, 4, async requirements => {
    const lines = requirements.map(text => ({ requirement: parseRequirement(text), where: 'seeds' }))
    try {
      return [...(await resolve([{ target, provider, lines, constraints: [] }])).values()]
    } catch (error) {
      // An old torch has nothing for a new Python.
      if (error instanceof NoSolution) return []
      throw error
    }
  })
  return found.flat().map(({ project, builds: [build] }) => ({ project, version: build.version.text }))
}

async function readRelease(
  index: RecordingIndex,
  project: string,
  { version, files }: VersionFiles,
  measured: ReadonlyMap<string, number>,
): Promise<[string, Release]> {
  const lookedInto = new Set(installable(index, project, files, installed))
  const rows = await pool(installable(index, project, files, covered), 4, async file => {
    const known = measured.get(file.hashes.sha256 ?? '')
    if (known !== undefined || !lookedInto.has(file))
      return { file, ...(known === undefined ? {} : { installed: known }) }
    const { download, installed } = await index.sizes(file)
    return { file, ...(download === undefined ? {} : { download }), ...(installed === undefined ? {} : { installed }) }
  })
  const metadata = await metadataOf(
    index,
    rows.map(({ file }) => file),
  )
  return [version.text, releaseOf(project, version.text, metadata, rows)]
}

/** The metadata of the first wheel, a wheel that has been asked before everything else. */
async function metadataOf(index: RecordingIndex, files: readonly IndexFile[]): Promise<CoreMetadata | undefined> {
  const asked = files.filter(({ url }) => index.files.get(url)?.metadata)
  for (const file of [...asked, ...files]) {
    const metadata = await index.metadata(file)
    if (metadata) return metadata
  }
  return undefined
}
