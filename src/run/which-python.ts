import { basename, dirname } from 'node:path'
import { withoutAnswer } from '../contract/errors.ts'
import { includedBy } from '../formats/requirements/files.ts'
import { platforms } from '../packaging/target.ts'
import { comparePythons, pythonsNamed } from '../packaging/wheel-places.ts'
import { fromCompiledHeader } from '../project-files/compiled.ts'
import { minorOf } from '../project-files/python-facts.ts'
import { allows } from '../project-files/python-range.ts'
import type { AllowedPythons, RepositoryPythons } from '../project-files/stated-pythons.ts'
import { enumerated } from '../text/lists.ts'
import { releasesOn } from '../torch/releases.ts'
import { asksInVain, type Obstacle, obstaclesTo } from './obstacles.ts'
import { isSolved } from './solve/choose.ts'
import { type FileSet, type Unit, unitOn } from './unit.ts'

/** A Python that something names, and where: `Dockerfile:1`. */
interface Stated {
  readonly python: string
  readonly source: string
}

/**
 * The unit that some files make on the Pythons they are for: those that the user gives, else those that the repository
 * states, else the newest on which the files have a solution in which their lines apply.
 */
export async function unitOnItsPythons(files: FileSet): Promise<Unit> {
  const { options } = files
  if (options.python.length > 0) return onStated(files, options.python, '--python')
  const repository = await pythonsOf(files)
  const [first, ...more] = repository.stated
  if (!first) return newestThatWorks(files, repository.allowed)
  for (const contradiction of outsideOf(repository)) options.onNotice(contradiction)
  if (more.length === 0) return onStated(files, [first.python], first.source)
  return onAllThatWork(files, repository)
}

/** A unit on Pythons that are stated. Where it has no solution, another Python may have one, which is asked for then. */
function onStated(files: FileSet, pythons: readonly string[], source: string): Unit {
  const otherPython = async () => {
    const found = await search(files, await candidatePythons(files), pythons)
    return found && (await keepsEveryPin(found.unit)) ? found.python : undefined
  }
  return unitOn(files, { pythons, source, otherPython })
}

/** What is stated of the Pythons of some files; of each minor version the first statement. */
type Statements = Pick<RepositoryPythons, 'onlyTested' | 'allowed'> & { readonly stated: readonly Stated[] }

/**
 * What headers of compiled files and the folders of the files say. What lies above a file that others bring in says nothing
 * of it: it is installed where those are.
 */
async function pythonsOf({ files, surroundings }: FileSet): Promise<Statements> {
  const included = includedBy(files.values())
  const installed = new Set([...files.keys()].filter(path => !included.has(path)).map(path => dirname(path)))
  const roots = [...files.values()].filter(file => file.root)
  const requirements = [...new Set([...files.values()].map(({ absolute }) => basename(absolute)))]
  const found: RepositoryPythons[] = []
  for (const directory of new Set(roots.map(file => dirname(file.absolute)))) {
    const around = await surroundings.pythonsAround(directory, requirements)
    const stated = around.stated.filter(({ folder }) => installed.has(directory) || folder === directory)
    found.push({ ...around, stated })
  }
  const headers = [...files.values()].map(({ path, source }) => ({ path, ...fromCompiledHeader(source) }))
  const compiled = headers.flatMap(({ path, pythons }) =>
    pythons.map(({ python, line }) => ({ python, source: `${path}:${line}` })),
  )
  const universal = headers.flatMap(({ path, allowed }) =>
    allowed ? [{ range: allowed.range, source: `${path}:${allowed.line}` }] : [],
  )
  const deployed = found.filter(({ onlyTested }) => !onlyTested).flatMap(({ stated }) => stated)
  const tested = found.filter(({ onlyTested }) => onlyTested).flatMap(({ stated }) => stated)
  const strong = onePerMinor([...deployed, ...compiled])
  return {
    stated: strong.length > 0 ? strong : onePerMinor(tested),
    onlyTested: strong.length === 0,
    allowed: [...universal, ...found.flatMap(({ allowed }) => allowed)],
  }
}

function onePerMinor(all: readonly Stated[]): Stated[] {
  return all.filter(({ python }, i) => all.findIndex(other => minorOf(other.python) === minorOf(python)) === i)
}

/** Sentences on Pythons that are stated in one place, and that another one does not allow. */
function outsideOf({ stated, allowed }: Statements): string[] {
  return allowed.flatMap(({ range, source }) =>
    stated
      .filter(({ python }) => !allows(range, python))
      .map(statement => `${statement.source} says Python ${statement.python}, and ${source} allows only ${range}`),
  )
}

/**
 * The unit on all Pythons that are stated. Where they have no solution together, those that have none are left out and
 * said; without the first, which is the strongest, it is no solution unless they are tests of a CI system, all alike.
 */
async function onAllThatWork(files: FileSet, { stated, onlyTested }: Statements): Promise<Unit> {
  const on = (some: readonly Stated[]) =>
    onStated(
      files,
      some.map(({ python }) => python),
      some.map(({ source }) => source).join(', '),
    )
  const all = on(stated)
  if (await keepsEveryPin(all)) return all
  const alone = stated.map(one => on([one]))
  const works = await Promise.all(alone.map(keepsEveryPin))
  const served = stated.filter((_, i) => works[i])
  if (served.length === 0 || (!onlyTested && !works[0])) return isSolved((await all.answer()).choice) ? all : alone[0]!
  const nameOf = ({ python, source }: Stated) => `Python ${python} (${source})`
  const left = stated.filter((_, i) => !works[i])
  files.options.onNotice(
    `the files have no solution for ${enumerated(left.map(nameOf))}; taking ${enumerated(served.map(nameOf))}`,
  )
  return served.length === 1 ? alone[works.indexOf(true)]! : on(served)
}

/** Whether a unit has a solution in which every pin is kept: one with stand-ins is none for a Python that may be left out. */
async function keepsEveryPin(unit: Unit): Promise<boolean> {
  const { choice } = await unit.answer()
  return isSolved(choice) && choice.substitutions.length === 0
}

/** Where torch's index tells nothing: what most projects run on. */
const GUESS = '3.11'

/** The Pythons that a final release of torch has a CPU wheel for, newest first, free-threaded ones left out. */
async function candidatePythons({ indexes }: FileSet): Promise<string[]> {
  const page = await indexes.cpuInTime.project('torch')
  const releases = page ? releasesOn(page, []).filter(({ release }) => !release.isPrerelease) : []
  const named = releases.flatMap(({ wheels }) => wheels.flatMap(({ wheel }) => pythonsNamed(wheel)))
  const pythons = [...new Set(named)].filter(python => /^3\.\d+$/.test(python))
  return pythons.length > 0 ? pythons.toSorted(comparePythons).toReversed() : [GUESS]
}

/** The newest Python on which the files have a solution in which their lines apply; said, with what ruled out the next newer one. */
async function newestThatWorks(files: FileSet, allowed: readonly AllowedPythons[]): Promise<Unit> {
  const { options } = files
  const all = await candidatePythons(files)
  const within = all.filter(python => allowed.every(({ range }) => allows(range, python)))
  const { python, unit: found, because } = (await search(files, within.length > 0 ? within : all, []))!
  const bound = allowed.find(({ range }) => !allows(range, all[all.indexOf(python) - 1] ?? python))
  const why =
    because ??
    (bound && within.length > 0
      ? `${bound.source} allows ${bound.range}`
      : python === all[0]
        ? 'the newest that torch has a CPU wheel for'
        : undefined)
  const source = why === undefined ? 'nothing states one' : `nothing states one; ${why}`
  options.onNotice(
    `nothing says which Python this is for: taking ${python}${why === undefined ? '' : `, ${why}`} (choose with --python)`,
  )
  const named = unitOn(files, { pythons: [python], source })
  return { ...(named.named.length > 0 ? named : found), source, assumed: true }
}

/** A Python, the files on it, and what ruled out the next newer one. */
interface Found {
  readonly python: string
  readonly unit: Unit
  readonly because: string | undefined
}

/** A Python that is thought of, and what speaks against it. */
interface Considered {
  readonly python: string
  readonly unit: Unit
  readonly obstacles: readonly Obstacle[]
}

/**
 * Asks the resolver from the newest Python down, of those that nothing speaks against; then those that something speaks
 * against, the least first. A project that no index has speaks against no Python: an older one would only do without its
 * line. Where none has a solution, the first that was asked comes back, and its unit tells why not.
 *
 * @param pythons newest first
 * @param without what is not to be asked
 * @returns undefined where there is nothing to ask
 */
async function search(
  files: FileSet,
  pythons: readonly string[],
  without: readonly string[],
): Promise<Found | undefined> {
  // A platform that no option asks for does not decide the Python.
  const asked = { ...files, without: new Set(platforms) }
  const considered: Considered[] = []
  const found = ({ python, unit }: Considered): Found => {
    const newer = considered[considered.findIndex(other => other.python === python) - 1]
    const because = newer && (newer.obstacles[0]?.sentence ?? `the files have no solution for Python ${newer.python}`)
    return { python, unit, because }
  }
  for (const python of pythons) {
    if (without.some(other => minorOf(other) === python)) continue
    const unit = unitOn(asked, { pythons: [python], source: '' })
    const next = { python, unit, obstacles: await obstaclesTo(unit, pythons) }
    considered.push(next)
    if (next.obstacles.length === 0 && ((await mayHaveSolution(unit)) || (await asksInVain(unit)))) return found(next)
  }
  const hindered = considered
    .filter(({ obstacles }) => obstacles.length > 0)
    .toSorted((a, b) => a.obstacles.length - b.obstacles.length)
  for (const next of hindered)
    if (!next.obstacles.some(({ certain }) => certain) && (await mayHaveSolution(next.unit))) return found(next)
  const first = considered.find(({ obstacles }) => obstacles.length === 0) ?? hindered[0]
  return first && found(first)
}

/** An index that does not answer is no reason against a Python; the resolution reports it. */
async function mayHaveSolution(unit: Unit): Promise<boolean> {
  const answer = await unit.answer().catch(withoutAnswer)
  return answer === undefined || isSolved(answer.choice)
}
