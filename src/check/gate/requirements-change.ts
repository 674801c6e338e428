import { mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { TorchpinError } from '../../contract/errors.ts'
import { fileVariables, type Options } from '../../contract/options.ts'
import type { LockChange } from '../../contract/results/gate.ts'
import { isBelow, repositoryOf } from '../../files/folders.ts'
import type { Target } from '../../packaging/target.ts'
import type { Installed, Resolution } from '../../resolve/resolve.ts'
import { forEachUnit } from '../../run/for-each-unit.ts'
import { openUnit, type Unit, withRun } from '../../run/open.ts'
import { answeringLines } from '../../run/reach.ts'
import { compilesBytecode } from '../../run/targets.ts'
import { asArgument } from '../../text/shell-words.ts'
import { isLookedInto } from '../../torch/lines.ts'
import { addedForGpus, type Compared, type Sides, savingsOf, targetResult, waysToNew } from './change.ts'
import type { RequirementsArguments } from './find-compared.ts'
import { cudaAdded } from './findings.ts'
import { readOwn, type Side } from './other-side.ts'
import { type Texts, textsOn } from './texts.ts'

/** The files of the other side, in a folder of their own that stands for the repository. */
interface Copy {
  /** What stands for the current folder there. */
  readonly cwd: string
  readonly texts: Texts
}

/** What the files of a unit install on all of its targets; undefined: it cannot be worked out. */
interface Install {
  readonly resolution: Resolution
  readonly exact: boolean
}

/**
 * Compares requirements files with what they are on the other side: what is installed together, each side resolved as pip
 * would. Where no text differs there is nothing to compare, and no index is asked.
 *
 * @throws TorchpinError as `check` does of the files of this side
 */
export async function compareRequirements(
  { paths: asked, files }: RequirementsArguments,
  other: Side,
  options: Options,
): Promise<Compared[]> {
  if (files.length === 0) return []
  const top = await repositoryOf(options.cwd)
  const real = await realpath(options.cwd)
  const isInside = (path: string) => isBelow(resolve(real, relative(options.cwd, path)), top)
  const on = (side: Side) => textsOn(side, files, isInside, fileVariables(options))
  const [here, there] = [await on(path => readOwn(path, options.cwd)), await on(other)]
  const paths = [...here.files.keys(), ...there.files.keys()]
  const differing = new Set(paths.filter(path => here.files.get(path) !== there.files.get(path)))
  if (differing.size === 0) return []
  // Whose folder it is does not matter: hardly any file names one.
  const ofFolders = [...differing].some(path => path.endsWith('pyproject.toml'))
  return withCopy(there, top, options, copy =>
    withRun(asked, options, run => {
      const parts = run.parts.filter(
        part => !run.projects.has(part[0]!) && (ofFolders || part.some(({ absolute }) => differing.has(absolute))),
      )
      return forEachUnit({ ...run, parts }, unit => compareUnit(unit, asked, copy))
    }),
  )
}

async function withCopy<Result>(
  texts: Texts,
  top: string,
  { cwd }: Options,
  work: (copy: Copy) => Promise<Result>,
): Promise<Result> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'torchpin-against-')))
  try {
    // It marks the top of a repository, so that nothing above is looked at.
    await mkdir(join(folder, '.git'))
    const own = join(folder, relative(top, await realpath(cwd)))
    await mkdir(own, { recursive: true })
    for (const [path, text] of texts.files) {
      const copy = resolve(own, relative(cwd, path))
      if (!isBelow(copy, folder) || isBelow(copy, join(folder, '.git'))) continue
      await mkdir(dirname(copy), { recursive: true })
      await writeFile(copy, text)
    }
    return await work({ cwd: own, texts })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function compareUnit(unit: Unit, paths: readonly string[], copy: Copy): Promise<Compared> {
  const { options, targets, source, lines } = unit
  const target = targets[0]!
  const isNew = ![...unit.files.keys()].some(path => copy.texts.files.has(path))
  const now = await installOf(unit)
  const old = isNew ? { resolution: new Map(), exact: true } : await installThere(unit, paths, copy)
  const isOpen = !now || !old
  if (isOpen)
    options.onNotice(
      `${unit.name}: what the files ${now ? 'installed before' : 'install'} cannot be worked out, so there is nothing to compare`,
    )
  const sides: Sides = isOpen
    ? { old: new Map(), now: new Map() }
    : { old: onTargets(old.resolution, targets), now: now.resolution }
  const complete = { before: old?.exact ?? false, after: now?.exact ?? false }
  const compiles = await compilesBytecode(unit.files, unit.surroundings)
  const change: LockChange = {
    path: unit.name,
    isNew,
    target: targetResult(targets, source),
    savings: await savingsOf(sides, { target, complete, compiles }, options),
    ways: waysToNew(sides, waysIn(unit, sides.now, target), target),
  }
  const answering = answeringLines({ ...unit, lines }, sides.now, target)
  const placeOf = (project: string) => {
    const line = answering.get(project)
    return { path: line?.file.path ?? unit.name, line: line?.lineNumber }
  }
  const hint = `torchpin rewrite ${paths.map(asArgument).join(' ')}`
  return { change, findings: cudaAdded(change, addedForGpus(sides, targets), { placeOf, hint }), isOpen }
}

/** What the files of a unit install, all targets together. */
async function installOf(unit: Unit): Promise<Install | undefined> {
  const builds = new Map<string, Installed[]>()
  let exact = unit.lines.direct.every(isLookedInto)
  for (const target of unit.targets) {
    const install = await unit.actualInstall(target)
    if (!install) return undefined
    exact &&= install.exact
    for (const { project, builds: found } of install.resolution.values())
      for (const build of found)
        if (build.target === target) builds.set(project, [...(builds.get(project) ?? []), build])
  }
  return { resolution: asResolution(builds), exact }
}

/** What the same files install on the other side, on the targets of this one. */
async function installThere(unit: Unit, paths: readonly string[], { cwd, texts }: Copy): Promise<Install | undefined> {
  const { options, targets } = unit
  if (texts.outside[0] !== undefined) {
    options.onNotice(
      `${unit.name} on the other side: it may bring in ${texts.outside[0]}, which lies outside of the repository`,
    )
    return undefined
  }
  const given: Options = {
    ...options,
    cwd,
    python: [...new Set(targets.map(({ python }) => python))],
    platform: [...new Set(targets.map(({ platform }) => platform))],
    onNotice: () => undefined,
  }
  const own = new Set([...unit.files.keys()].map(path => resolve(cwd, relative(options.cwd, path))))
  const isThere = await Promise.all(paths.map(path => stat(resolve(cwd, path)).catch(() => undefined)))
  try {
    return await withRun(
      paths.filter((_, i) => isThere[i]),
      given,
      async run => {
        const part = run.parts.find(part => part.some(({ absolute }) => own.has(absolute)))
        return part && installOf(await openUnit(part, run, new Set()))
      },
    )
  } catch (error) {
    // What has been merged already stays as it is.
    if (!(error instanceof TorchpinError) || error.exitCode !== 2) throw error
    options.onNotice(`${unit.name} on the other side: ${error.message}`)
    return undefined
  }
}

/** A resolution for targets that mean the same as its own. */
function onTargets(resolution: Resolution, targets: readonly Target[]): Resolution {
  const builds = new Map<string, Installed[]>()
  for (const { project, builds: found } of resolution.values())
    for (const build of found) {
      const target = targets.find(
        ({ python, platform }) => python === build.target.python && platform === build.target.platform,
      )
      if (target) builds.set(project, [...(builds.get(project) ?? []), { ...build, target }])
    }
  return asResolution(builds)
}

function asResolution(builds: ReadonlyMap<string, readonly Installed[]>): Resolution {
  return new Map(
    [...builds].map(([project, [first, ...more]]) => [project, { project, builds: [first!, ...more] }] as const),
  )
}

/** The shortest way to each project from one that a line names. */
function waysIn({ lines }: Unit, resolution: Resolution, target: Target): ReadonlyMap<string, readonly string[]> {
  const named = lines.requirements.filter(line => line.targets.includes(target)).map(line => line.requirement.key)
  const ways = new Map<string, readonly string[]>()
  for (const name of named) if (resolution.has(name)) ways.set(name, [name])
  // A map gives what is added to it while it is gone through.
  for (const [project, way] of ways) {
    const build = resolution.get(project)?.builds.find(build => build.target === target)
    for (const need of build?.needs ?? []) if (resolution.has(need) && !ways.has(need)) ways.set(need, [...way, need])
  }
  return ways
}
