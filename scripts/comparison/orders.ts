import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TorchpinError } from '../../src/contract/errors.ts'
import { loadRequirements } from '../../src/formats/requirements/files.ts'
import type { RequirementsFile } from '../../src/formats/requirements/requirements-file.ts'
import { compareVersions, parseVersion } from '../../src/packaging/version.ts'
import { trapsIn, type World } from './compare.ts'
import { type Answer, uvCompile } from './installers.ts'
import { cleanEnvironment } from './run.ts'
import { copyTo, type Subject } from './subjects.ts'
import { chosenFrom, writeStandIns } from './torchpin-side.ts'
import { writeUvInput } from './uv-input.ts'

/** What the order of the lines of a file comes to. */
export interface Ordered {
  readonly file: string
  /** Orders tried, the one of the file among them. */
  readonly orders: number
  /** Different sets of versions that torchpin came to. */
  readonly torchpin: number
  /** Different sets of versions that uv came to. */
  readonly uv: number
  /** Orders in which both came to the same set. */
  readonly same: number
  /** Where they did not: project, torchpin's version, uv's, and in how many orders. */
  readonly differences: readonly string[]
}

/** Asks torchpin and uv about one file in some orders of its lines; undefined where there is nothing to compare. */
export async function compareOrders(subject: Subject, world: World, shuffles: number): Promise<Ordered | undefined> {
  const answers: { ours: ReadonlyMap<string, string>; theirs: Answer }[] = []
  for (let seed = 0; seed <= shuffles; seed++) {
    const folder = await mkdtemp(join(tmpdir(), 'torchpin-orders-'))
    try {
      const answer = await answersIn(folder, subject, world, seed)
      if (!answer) return undefined
      answers.push(answer)
    } finally {
      await rm(folder, { recursive: true })
    }
  }
  const told = new Map<string, number>()
  for (const { ours, theirs } of answers)
    for (const difference of differencesOf(ours, theirs)) told.set(difference, (told.get(difference) ?? 0) + 1)
  return {
    file: subject.id,
    orders: answers.length,
    torchpin: new Set(answers.map(({ ours }) => pinsOf(ours))).size,
    uv: new Set(answers.map(({ theirs }) => ('refusal' in theirs ? 'refusal' : pinsOf(theirs)))).size,
    same: answers.filter(({ ours, theirs }) => differencesOf(ours, theirs).length === 0).length,
    differences: [...told].map(([difference, count]) => `${difference} (${count})`),
  }
}

async function answersIn(folder: string, subject: Subject, { index, installers, limit }: World, seed: number) {
  const [from, to, standIns] = ['as-it-is', 'asked', 'stand-ins'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await copyTo(from, subject, index.cpu)
  const options = {
    cwd: from,
    cpuIndexUrl: index.cpu,
    excludeNewer: new Date(limit),
    cacheDir: join(installers.cache, 'torchpin'),
    environment: cleanEnvironment(),
  }
  try {
    if (seed > 0) for (const file of await loadRequirements([subject.root], { cwd: from })) await shuffle(file, seed)
    const side = await chosenFrom(subject.root, options)
    if (!('resolution' in side.choice) || !side.choice.resolution.has('torch')) return undefined
    await writeUvInput(side, { from, to, cpuIndexUrl: index.cpu })
    const { resolution } = side.choice
    await writeStandIns(resolution, standIns)
    const traps = join(folder, 'traps.txt')
    await writeFile(traps, trapsIn(resolution).join('\n'))
    const question = { cwd: to, root: subject.root, standIns }
    const theirs = await uvCompile(installers, question, { index: index.composed, limit, constraints: [traps] })
    const ours = new Map([...resolution].map(([project, { builds }]) => [project, builds[0].version.text]))
    return { ours, theirs }
  } catch (error) {
    if (error instanceof TorchpinError) return undefined
    throw error
  }
}

/** Puts the requirements of a file into another order; everything between them stays where it is. */
async function shuffle({ absolute, source, statements, encoding }: RequirementsFile, seed: number): Promise<void> {
  if (encoding.name !== 'utf-8') return
  const places = statements.filter(({ kind }) => kind === 'requirement').map(({ span }) => span)
  const texts = places.map(({ start, end }) => source.slice(start, end).trimEnd())
  const random = randomFrom(seed)
  for (let i = texts.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1))
    ;[texts[i], texts[other]] = [texts[other]!, texts[i]!]
  }
  let shuffled = ''
  let at = 0
  for (const [i, { start, end }] of places.entries()) {
    const old = source.slice(start, end)
    shuffled += source.slice(at, start) + texts[i]! + old.slice(old.trimEnd().length)
    at = end
  }
  await writeFile(absolute, shuffled + source.slice(at))
}

/** Numbers from 0 to 1, the same for the same seed (a linear congruential generator). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

function differencesOf(ours: ReadonlyMap<string, string>, theirs: Answer): string[] {
  if ('refusal' in theirs) return [`uv: ${theirs.refusal}`]
  return [...new Set([...ours.keys(), ...theirs.keys()])].sort().flatMap(project => {
    const [a, b] = [ours.get(project), theirs.get(project)]
    const same = a !== undefined && b !== undefined && compareVersions(parseVersion(a)!, parseVersion(b)!) === 0
    return same ? [] : [`${project} ${a ?? '–'}, uv ${b ?? '–'}`]
  })
}

const pinsOf = (pins: ReadonlyMap<string, string>): string =>
  [...pins]
    .map(([project, version]) => `${project}==${version}`)
    .sort()
    .join(' ')
