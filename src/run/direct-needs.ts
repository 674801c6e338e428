import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { withoutAnswer } from '../contract/errors.ts'
import { readRegular } from '../files/regular-file.ts'
import type { PackageIndex } from '../package-index/project-page.ts'
import { evaluateMarker } from '../packaging/marker.ts'
import { parseRequirement, type Requirement } from '../packaging/requirement.ts'
import { environmentFor, type Target } from '../packaging/target.ts'
import { parseVersion } from '../packaging/version.ts'
import { readPyprojectNeeds } from '../project-files/pyproject-needs.ts'
import { type Candidate, candidatesOf } from '../resolve/provider/candidates.ts'
import { torchFamily } from '../torch/family.ts'
import type { Brought, DirectLine, RequirementLines } from '../torch/lines.ts'
import { torchUsers } from '../torch/torch-users.ts'
import type { Indexes } from './solve/indexes.ts'

/** The largest pyproject.toml that is read, in bytes. */
const LARGEST = 2 ** 20

/** Where needs may be told that lines themselves do not tell. */
interface Places {
  readonly indexes: Indexes
  readonly targets: readonly Target[]
  /** The folder that the run was started in: nothing outside of it is read. */
  readonly cwd: string
}

/**
 * Looks up what lines bring that take a project from a folder or a repository. Of a folder its pyproject.toml tells, where
 * it leaves nothing to the build; of a repository of a project that is known to need torch, the release of that project
 * that the line names, else the newest, tells which torch. No code of either is run.
 */
export async function withDirectNeeds(lines: RequirementLines, places: Places): Promise<RequirementLines> {
  if (lines.direct.every(({ wheel }) => wheel)) return lines
  const direct = await Promise.all(
    lines.direct.map(async (line): Promise<DirectLine> => {
      if (line.wheel || line.targets.length === 0) return line
      return { ...line, brings: (await folderNeeds(line, places)) ?? (await releaseNeeds(line, places)) ?? line.brings }
    }),
  )
  return { ...lines, direct }
}

async function folderNeeds({ statement, file }: DirectLine, { targets, cwd }: Places): Promise<Brought | undefined> {
  if (statement.kind !== 'reference' || /^[a-z][a-z0-9+.-]+:/i.test(statement.target)) return undefined
  const bracket = statement.target.endsWith(']') ? statement.target.lastIndexOf('[') : statement.target.length
  const folder = resolve(dirname(file.absolute), statement.target.slice(0, bracket))
  const inside = relative(cwd, folder)
  if (inside.startsWith('..') || isAbsolute(inside)) return undefined
  const text = await readRegular(join(folder, 'pyproject.toml'), LARGEST).catch(() => undefined)
  const needs = text && (await readPyprojectNeeds(text.toString('utf8')))
  const asked = statement.target.slice(bracket + 1, -1).split(',')
  const extras = new Set(asked.map(extra => extra.trim()))
  return needs && { requirements: applying(needs.requiresDist, targets, extras), whole: true, source: 'pyproject.toml' }
}

async function releaseNeeds(
  { brings, project = '', statement }: DirectLine,
  { indexes, targets }: Places,
): Promise<Brought | undefined> {
  if (!brings || !torchUsers.has(project)) return undefined
  const url = (statement.kind === 'reference' ? statement.target : statement.requirement.url) ?? ''
  const named = parseVersion(refOf(url).replace(/^v/, ''))
  for (const index of indexes.anyName) {
    const release = await releaseOn(index, project, named?.publicKey, targets)
    const build = release?.build
    const metadata = build && (await build.index.metadata(build.file).catch(withoutAnswer))
    const family = applying(metadata?.requiresDist ?? [], targets, new Set()).filter(({ key }) => torchFamily.has(key))
    if (family.length > 0) return { requirements: family, whole: false, source: `${project} ${release!.version.text}` }
  }
  return undefined
}

/** The branch or tag that the URL of a repository names; empty where it names none. */
function refOf(url: string): string {
  const [place = ''] = url.split('#', 1)
  const ref = place.slice(place.lastIndexOf('@') + 1)
  return ref.includes('/') ? '' : ref
}

/** The release that is named, else the newest that is no pre-release. */
async function releaseOn(
  index: PackageIndex,
  project: string,
  named: string | undefined,
  targets: readonly Target[],
): Promise<Candidate | undefined> {
  const page = await index.project(project).catch(withoutAnswer)
  if (!page) return undefined
  const [target] = targets
  if (!target) return undefined
  const { candidates } = candidatesOf([{ page, index }], { target, sources: true })
  return (
    candidates.find(({ version }) => version.publicKey === named) ??
    candidates.findLast(({ isPrerelease }) => !isPrerelease)
  )
}

/** The requirements that hold on some target, with the marker that tells where unless it is about extras. */
function applying(lines: readonly string[], targets: readonly Target[], extras: ReadonlySet<string>): Requirement[] {
  return lines.flatMap(line => {
    const requirement = readRequirement(line)
    if (!requirement?.marker) return requirement ?? []
    const { marker, ...bare } = requirement
    const here = targets.filter(target => evaluateMarker(marker, environmentFor(target), extras))
    if (here.length === 0) return []
    return here.length === targets.length ? [bare] : [requirement]
  })
}

/** One that cannot be read is skipped, as pip skips it with a warning. */
function readRequirement(line: string): Requirement | undefined {
  try {
    return parseRequirement(line)
  } catch {
    return undefined
  }
}
