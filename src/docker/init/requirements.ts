import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { DEFAULT_CPU_INDEX_URL, DEFAULT_INDEX_URL } from '../../contract/options.ts'
import { isBelow, repositoryOf, withSlashes } from '../../files/folders.ts'
import { filesByPath, loadRequirements } from '../../formats/requirements/files.ts'
import { effectiveIndexes } from '../../formats/requirements/index-order.ts'
import type { Statement } from '../../formats/requirements/parse.ts'
import type { RequirementsFile } from '../../formats/requirements/requirements-file.ts'
import { parseRequirement } from '../../packaging/requirement.ts'
import { compiledFrom } from '../../project-files/compiled.ts'
import { positionAt } from '../../text/position.ts'
import { readTorchIndexUrl, sameIndex } from '../../torch/index-urls.ts'
import { appliesTo, type Needs, needsOf, type SourcedRequirement, type TorchNeed, torchNeedOf } from './needs.ts'

/** A requirements file that the image installs, and all that it includes. */
export interface RequirementsPlan {
  /** Relative to the repository, as all paths here, with `/` between folders. */
  readonly path: string
  /** It and what it includes. */
  readonly files: readonly string[]
  /** Files outside of the repository that it includes: no build can copy them. */
  readonly outside: readonly string[]
  /** Folders and files of the repository that it installs; `.` is the repository itself. */
  readonly local: readonly string[]
  /** Some lines have hashes, so that pip wants one for everything, on the command line too. */
  readonly hashed: boolean
  /** Variables in its lines, which hold secrets as a rule. */
  readonly variables: readonly string[]
  readonly needs: Needs
}

const others =
  /(?:^|[-_./])(?:dev|develop|development|test|tests|testing|doc|docs|lint|linting|ci|typing|types|mypy|format|gpu|cuda|cu\d+|rocm|optional|extra|extras|notebook|notebooks|bench|benchmark|local|constraints?|build|examples?)(?:[-_.]|$)/i
const forImages = /(?:^|[-_./ ])(?:prod|production|deploy|deployment|runtime|release|docker|cpu)(?:[-_. ]|$)/i
const plain = /^(?:requirements\/)?(?:requirements|reqs?)\.txt$/i
const shared = /(?:^|[-_./])(?:base|common|core|main|app|server|api)(?:[-_.]|$)/i

/**
 * Ranks requirements files for an image: those for production first, then the plain one, those that others build on, and any
 * others. Those for development, tests or GPUs are left out.
 */
export function rankedRequirements(files: readonly string[]): string[] {
  const rank = (path: string): number => {
    const name = path.replace(/\.(?:txt|in)$/i, '')
    if (!/\.txt$/i.test(path) || others.test(name)) return 9
    if (forImages.test(name)) return 0
    if (plain.test(path)) return 1
    return shared.test(name) ? 2 : 3
  }
  const depth = (path: string) => path.split('/').length
  return files
    .filter(path => rank(path) < 9)
    .sort(
      (a, b) =>
        depth(a.replace(/^req[^/]*\//i, '')) - depth(b.replace(/^req[^/]*\//i, '')) ||
        rank(a) - rank(b) ||
        (a < b ? -1 : 1),
    )
}

/**
 * Reads a requirements file and all that it includes.
 *
 * @param folder of the repository, absolute
 * @param python for which markers count
 * @throws TorchpinError as `loadRequirements` does
 */
export async function readRequirements(folder: string, path: string, python: string): Promise<RequirementsPlan> {
  const repository = await repositoryOf(folder)
  const files = await loadRequirements([path], { cwd: folder, isWithin: real => isBelow(real, repository) })
  const root = files.find(file => file.root)!
  const within = (file: RequirementsFile) => pathWithin(folder, file.absolute)
  const asked: SourcedRequirement[] = []
  const constraints: SourcedRequirement[] = []
  const links: string[] = []
  const local = new Set<string>()
  const outside = new Set<string>()
  for (const file of files) {
    const shown = within(file) ?? file.path
    if (within(file) === undefined) outside.add(shown)
    for (const statement of file.statements) {
      const source = `${shown}:${positionAt(file.source, statement.span.start).line}`
      if (statement.kind === 'requirement' && appliesTo(statement.requirement, python))
        (file.role === 'constraints' ? constraints : asked).push({ requirement: statement.requirement, source })
      if (statement.kind !== 'reference' || (statement.marker && !appliesTo(statement, python))) continue
      links.push(statement.target)
      asked.push(...named(statement.name, statement.target, source))
      const place = placeOf(folder, dirname(file.absolute), statement.target)
      if (place !== undefined) (place.startsWith('..') ? outside : local).add(place)
    }
  }
  const { indexUrl, extraIndexUrls, findLinks } = effectiveIndexes(root, filesByPath(files))
  const kinds = [...(indexUrl ? [indexUrl] : []), ...extraIndexUrls, ...findLinks].map(set => ({
    set,
    kind: readTorchIndexUrl(set.value, DEFAULT_CPU_INDEX_URL)?.kind,
  }))
  const accelerated = kinds.find(
    ({ kind }) => kind === 'accelerator' || kind === 'mixed' || kind === 'stable-page',
  )?.set
  const torch = torchNeedOf(
    asked,
    constraints,
    // Only an index of CPU builds, or a mirror of one, has a +cpu pin.
    kinds.some(({ set, kind }) => kind === 'cpu' || (kind === undefined && !sameIndex(set.value, DEFAULT_INDEX_URL))),
  )
  return {
    path,
    files: files.flatMap(file => within(file) ?? []),
    outside: [...outside],
    local: [...local],
    hashed: files.some(file => file.statements.some(isHashed)),
    variables: [...new Set(files.flatMap(variablesOf))],
    needs: needsOf(
      asked,
      accelerated && torch.state !== 'none' ? cudaIndex(accelerated, folder) : torch,
      compiledFrom(root.source) !== undefined,
      links,
    ),
  }
}

function cudaIndex(
  { file, option }: { file: RequirementsFile; option: { span: { start: number } } },
  folder: string,
): TorchNeed {
  const line = positionAt(file.source, option.span.start).line
  return {
    state: 'cuda',
    build: 'gpu',
    source: `${pathWithin(folder, file.absolute) ?? file.path}:${line}`,
    because: 'it names an index of CUDA builds',
  }
}

function named(name: string | undefined, url: string, source: string): SourcedRequirement[] {
  if (name === undefined) return []
  try {
    const requirement = parseRequirement(name)
    return [{ requirement: { ...requirement, url }, source }]
  } catch {
    return []
  }
}

/** The path in the repository that a line installs from; one that begins with `..` leads out of it. */
function placeOf(folder: string, from: string, target: string): string | undefined {
  if (/^[a-z][a-z+]*:/i.test(target)) return undefined
  const path = withSlashes(relative(folder, resolve(from, target.replace(/\[[^[\]]*\]$/, ''))))
  return path === '' ? '.' : path
}

function pathWithin(folder: string, absolute: string): string | undefined {
  const path = relative(folder, absolute)
  return path.startsWith('..') || isAbsolute(path) ? undefined : withSlashes(path)
}

function isHashed(statement: Statement): boolean {
  return (statement.kind === 'requirement' || statement.kind === 'reference') && statement.hashes.length > 0
}

function variablesOf({ source, statements }: RequirementsFile): string[] {
  return statements.flatMap(statement =>
    'usesEnvironment' in statement && statement.usesEnvironment
      ? [...source.slice(statement.span.start, statement.span.end).matchAll(/\$\{([A-Z0-9_]+)\}/g)].map(
          ([, name]) => name!,
        )
      : [],
  )
}
