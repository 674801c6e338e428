import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TorchpinError } from '../../src/contract/errors.ts'
import { DEFAULT_INDEX_URL } from '../../src/contract/options.ts'
import { filesByPath, loadRequirements } from '../../src/formats/requirements/files.ts'
import { indexesInForce } from '../../src/formats/requirements/index-options.ts'
import type { PackageIndex } from '../../src/package-index/project-page.ts'
import { canonicalizeName } from '../../src/packaging/names.ts'
import { satisfies } from '../../src/packaging/specifier.ts'
import { compareVersions, parseVersion } from '../../src/packaging/version.ts'
import type { Resolution } from '../../src/resolve/resolve.ts'
import { cudaOnly, torchFamily } from '../../src/torch/family.ts'
import { sameIndex } from '../../src/torch/index-urls.ts'
import { trapsOf } from '../../src/torch/traps.ts'
import type { DescribedIndex } from '../../test/loopback/described-index.ts'
import { type Answer, type Installers, pipDryRun, uvCompile, uvDryRun } from './installers.ts'
import type { Compared, Difference, Results } from './results.ts'
import { cleanEnvironment } from './run.ts'
import { copyTo, type Subject } from './subjects.ts'
import { standInFor, target, torchpinSide, writeStandIns } from './torchpin-side.ts'
import { leaveOut, writeUvInput } from './uv-input.ts'

export interface World {
  readonly index: DescribedIndex
  readonly installers: Installers
  readonly limit: string
}

export type Outcome = Pick<Results, 'compared' | 'differences' | 'refused' | 'passedOver'>

export const nothing: Outcome = { compared: [], differences: [], refused: [], passedOver: [] }

/** Asks torchpin, uv and pip about one file. */
export async function compare(subject: Subject, world: World): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'torchpin-comparison-'))
  try {
    return await compareIn(folder, subject, world)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function compareIn(folder: string, subject: Subject, { index, installers, limit }: World): Promise<Outcome> {
  const { id: file, root } = subject
  const cwd = join(folder, 'rewritten')
  const standInFolder = join(folder, 'stand-ins')
  await copyTo(cwd, subject, index.cpu)
  const side = await torchpinSide(root, {
    cwd,
    cpuIndexUrl: index.cpu,
    excludeNewer: new Date(limit),
    cacheDir: join(installers.cache, 'torchpin'),
    environment: cleanEnvironment(),
  }).catch((error: Error) => error)
  if (side instanceof Error) {
    if (!(side instanceof TorchpinError)) throw side
    return { ...nothing, passedOver: [{ file, why: `${side.code}: ${firstLine(side.message)}` }] }
  }
  const { choice } = side
  if (choice instanceof TorchpinError && choice.code !== 'NO_SOLUTION')
    return { ...nothing, passedOver: [{ file, why: `${choice.code}: ${firstLine(choice.message)}` }] }
  const placed = side.lines.direct.find(({ project }) => project !== undefined && torchFamily.has(project))?.project
  if (placed) return { ...nothing, passedOver: [{ file, why: `a line takes ${placed} from a URL or a repository` }] }
  const asked = join(folder, 'asked')
  const leftOut = await writeUvInput(side, { from: cwd, to: asked, cpuIndexUrl: index.cpu })
  const standIns = await writeStandIns('resolution' in choice ? choice.resolution : new Map(), standInFolder)
  const question = { cwd: asked, root, standIns: standInFolder }
  if (!('resolution' in choice)) {
    const theirs = await uvWithStandIns(installers, question, { index: index.composed, limit }, side.index)
    return { ...nothing, refused: [{ file, uv: 'refusal' in theirs ? theirs.refusal : pinsText(theirs) }] }
  }
  const ours = new Map([...choice.resolution].map(([project, { builds }]) => [project, builds[0].version.text]))
  const torch = [...ours].filter(([project]) => torchFamily.has(project)).map(([project, v]) => `${project}==${v}`)
  if (torch.length === 0) return { ...nothing, passedOver: [{ file, why: 'nothing in it leads to torch' }] }

  const traps = trapsIn(choice.resolution)
  const [trapFile, setFile] = [join(folder, 'traps.txt'), join(folder, 'set.txt')]
  await writeFile(trapFile, traps.map(requirement => `${requirement}\n`).join(''))
  const world = { index: index.composed, limit }
  const theirs = await uvCompile(installers, question, { ...world, constraints: [trapFile] })
  const differences = differencesOf(file, ours, theirs)
  if (differences.length > 0) {
    await writeFile(setFile, pinsText(ours))
    const held = await uvCompile(installers, question, { ...world, constraints: [setFile] })
    const uvAccepts = !('refusal' in held) && differencesOf(file, ours, held).length === 0
    for (const [i, difference] of differences.entries()) differences[i] = { ...difference, uvAccepts }
    if (!uvAccepts && process.env['VERBOSE'])
      console.error(file, 'refusal' in held ? held.refusal : differencesOf(file, ours, held))
  }

  await leaveOut(root, cwd, standIns.length > 0 ? 'without' : 'with hashes')
  const style = await styleOf(root, cwd, index.cpu)
  const rewritten = { cwd, root, standIns: standInFolder }
  const [inUv, inPip] = await Promise.all([
    uvDryRun(installers, rewritten, { index: DEFAULT_INDEX_URL, limit, mergesIndexes: style === 'extra-index-url' }),
    pipDryRun(installers, rewritten, DEFAULT_INDEX_URL),
  ])
  const compared: Compared = {
    file,
    packages: ours.size,
    torch,
    style,
    same: differences.length === 0,
    uv: verdict(inUv, choice.resolution),
    pip: verdict(inPip, choice.resolution),
    newerInPip: 'refusal' in inPip ? 0 : newer(inPip, ours),
    traps,
    standIns,
    leftOut,
  }
  return { ...nothing, compared: [compared], differences }
}

/**
 * uv's answer where torchpin has none. That it may not build a source distribution is no answer: then an empty wheel
 * stands in for it (for the newest one where no pin says which), and uv is asked again.
 */
async function uvWithStandIns(
  installers: Installers,
  question: { cwd: string; root: string; standIns: string },
  world: { index: string; limit: string },
  index: PackageIndex,
): Promise<Answer> {
  const tried = new Set<string>()
  for (;;) {
    const answer = await uvCompile(installers, question, world)
    const [unbuilt, all, project = all, version] =
      ('refusal' in answer &&
        /(?:all versions of (\S+)|([\w.-]+)==(\S+)) ha(?:s|ve) no usable wheels/.exec(answer.refusal)) ||
      []
    if (!unbuilt || !project || tried.has(unbuilt)) return answer
    tried.add(unbuilt)
    const pin = version === undefined ? undefined : parseVersion(version)
    if (!(await standInFor(canonicalizeName(project), pin, index, question.standIns))) return answer
  }
}

/** What torchpin holds beside the metadata: versions that fail at run time next to what is chosen. */
export function trapsIn(resolution: Resolution): string[] {
  return [...resolution.values()].flatMap(({ project, builds: [{ version }] }) =>
    trapsOf(project, version, [target]).flatMap(({ requirement: { key, name, specifier } }) => {
      const other = resolution.get(key)?.builds[0].version
      return other && satisfies(specifier, other) ? [`${name}${specifier.text}`] : []
    }),
  )
}

async function styleOf(root: string, cwd: string, cpu: string): Promise<Compared['style']> {
  const files = filesByPath(await loadRequirements([root], { cwd }))
  const { indexUrl, extraIndexUrls, findLinks } = indexesInForce([...files.values()].find(file => file.root)!, files)
  if ([indexUrl, ...extraIndexUrls].some(url => url !== undefined && sameIndex(url, cpu))) return 'extra-index-url'
  return findLinks.some(url => url.startsWith(`${cpu}/`)) ? 'find-links' : 'none'
}

function differencesOf(file: string, ours: ReadonlyMap<string, string>, theirs: Answer): Difference[] {
  if ('refusal' in theirs)
    return [
      { file, project: '*', torchpin: 'a set', uv: null, torchpinIs: 'alone', uvAccepts: false, why: theirs.refusal },
    ]
  const projects = [...new Set([...ours.keys(), ...theirs.keys()])].sort()
  return projects.flatMap((project): Difference[] => {
    const [torchpin = null, uv = null] = [ours.get(project), theirs.get(project)]
    const order = torchpin === null ? 'without' : uv === null ? 'alone' : ordered(torchpin, uv)
    return order === 'same' ? [] : [{ file, project, torchpin, uv, torchpinIs: order, uvAccepts: false }]
  })
}

function ordered(a: string, b: string): 'same' | 'newer' | 'older' {
  const order = compareVersions(parseVersion(a)!, parseVersion(b)!)
  return order === 0 ? 'same' : order > 0 ? 'newer' : 'older'
}

/** What an installer does must be the torch family as chosen, and nothing that only CUDA builds need. */
function verdict(answer: Answer, resolution: Resolution): string {
  if ('refusal' in answer) return answer.refusal
  const wrong = [...resolution.values()]
    .filter(({ project }) => torchFamily.has(project))
    .filter(({ project, builds }) => answer.get(project) !== builds[0].version.text)
    .map(({ project }) => `${project} ${answer.get(project) ?? 'is not installed'}`)
  const cuda = [...answer.keys()].filter(project => cudaOnly.has(project) && !resolution.has(project))
  return [...wrong, ...cuda].join(', ') || 'ok'
}

function newer(answer: ReadonlyMap<string, string>, ours: ReadonlyMap<string, string>): number {
  return [...ours].filter(([project, version]) => {
    const other = answer.get(project)
    return other !== undefined && ordered(other, version) === 'newer'
  }).length
}

const pinsText = (pins: ReadonlyMap<string, string>): string =>
  [...pins].map(([project, version]) => `${project}==${version}\n`).join('')

const firstLine = (text: string): string => text.split('\n')[0]!
