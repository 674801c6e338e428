import { gpuBaseOf } from '../docker/images.ts'
import type { Span } from '../text/edits.ts'
import { once } from '../text/memo.ts'
import { positionAt } from '../text/position.ts'
import { commandsOfVariant } from './commands.ts'
import { type CommandFile, kindOf } from './find.ts'
import { problemsOfCompose, problemsOfDockerfile } from './images.ts'
import type { Job, Variant } from './job.ts'
import { judged } from './judge.ts'
import type { Problem } from './problem.ts'
import { anyMachine, cpuMachine, drivers, jobsOf, whyNotRead } from './readers/read.ts'
import type { SourceFile, SourceFiles, Unread } from './source-files.ts'
import { type JudgedInJob, problemsAt, type Telling } from './tell.ts'

/** What a look at files needs. */
export type Tools = Telling

/** Files that are looked at side by side. */
const SIDE_BY_SIDE = 8

/** Reads the files that were found, judges their commands, and works out what fixes them. */
export async function look(found: readonly CommandFile[], files: SourceFiles, tools: Tools) {
  const problems: Problem[] = []
  const sources = new Map<string, SourceFile>()
  const kinds = new Map(found.map(({ absolute, kind }) => [absolute, kind]))
  const seen: Seen = { run: new Set(), places: new Map(), jobs: [] }
  const each = async (some: readonly CommandFile[]) => {
    const waiting = some.values()
    const worker = async () => {
      for (const file of waiting) {
        tools.options.signal?.throwIfAborted()
        const source = await files.read(file.absolute, file.isFile)
        if ('why' in source) problems.push(unread(source))
        else problems.push(...(await lookAt(file, source)))
      }
    }
    await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, some.length) }, worker))
  }
  const lookAt = async (file: CommandFile, source: SourceFile): Promise<readonly Problem[]> => {
    sources.set(source.absolute, source)
    if (file.kind === 'dockerfile') return problemsOfDockerfile(source, tools.options)
    const why = whyNotRead(file.kind, source)
    if (why !== undefined) return [unread({ ...source, why })]
    if (file.kind === 'compose') return problemsOfCompose(source, tools.options)
    const jobs = await jobsOf(file.kind, source, files, file.named ? cpuMachine : anyMachine)
    for (const job of jobs) await judgeJob(job, files, tools, seen)
    return jobs.flatMap(foreignScripts)
  }
  const isDriver = ({ kind, named }: CommandFile) =>
    drivers.has(kind) || named || kind === 'dockerfile' || kind === 'compose'
  await each(found.filter(isDriver))
  await each(found.filter(file => !isDriver(file) && !seen.run.has(file.absolute)))
  for (const place of seen.places.values()) problems.push(...(await problemsAt(place, tools)))
  for (const job of seen.jobs) problems.push(...aroundThem(job, seen))
  for (const { file } of problems)
    if (!('why' in file)) {
      sources.set(file.absolute, file)
      if (!kinds.has(file.absolute)) kinds.set(file.absolute, kindOf(file.absolute) ?? 'script')
    }
  const commands = new Map<string, number>()
  for (const [{ script }] of seen.places.values())
    commands.set(script.file.absolute, (commands.get(script.file.absolute) ?? 0) + 1)
  return { problems: inOrder(problems), sources, commands, kinds }
}

function unread(file: Unread): Problem {
  return {
    code: 'ci-file-not-read',
    level: 'warning',
    file,
    message: `it ${file.why}`,
    hint: 'name the other files, if it is none of yours',
  }
}

/** By file and place; what is told twice of a place counts once. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const first = new Map(
    problems.map(problem => [problem, keyOf(problem)] as const).map(([problem, key]) => [key, problem]),
  )
  return [...first.values()].sort((a, b) =>
    a.file.path < b.file.path
      ? -1
      : a.file.path > b.file.path
        ? 1
        : (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0),
  )
}

const keyOf = ({ code, file, place, message, job }: Problem): string =>
  [code, file.absolute, place?.line, place?.column, message, job].join('\n')

/** What the jobs have come by so far. */
interface Seen {
  /** Files that a job runs, by their absolute paths. */
  readonly run: Set<string>
  /** Commands by the place where they stand, in all variants of all jobs that run them. */
  readonly places: Map<string, [JudgedInJob, ...JudgedInJob[]]>
  readonly jobs: Job[]
}

/** Judges the commands of a job in all its variants. */
async function judgeJob(job: Job, files: SourceFiles, tools: Tools, { run, places, jobs }: Seen): Promise<void> {
  jobs.push(job)
  // Most keys of a matrix make no difference to the scripts.
  const commandsOf = once(textsOf, (variant: Variant) =>
    commandsOfVariant(variant, { files, onFile: absolute => run.add(absolute) }),
  )
  const bench = { files, ask: tools.ask, cpuIndexUrl: tools.options.cpuIndexUrl }
  for (const variant of job.variants) {
    for (const one of await judged(variant, await commandsOf(variant), bench)) {
      const key = `${one.script.file.absolute}:${one.command.span.start}`
      const place = places.get(key)
      if (place) place.push({ ...one, job })
      else places.set(key, [{ ...one, job }])
    }
  }
}

/** Scripts in which a line speaks of an install, for a shell whose commands are not read. */
function foreignScripts(job: Job): Problem[] {
  const scripts = job.variants
    .filter(({ machine }) => machine.system !== 'other')
    .flatMap(variant => variant.scripts.filter(({ foreignShell }) => foreignShell !== undefined))
  return scripts.flatMap(({ file, text: { text, offsets }, foreignShell }): Problem[] => {
    const line = text
      .split('\n')
      .find(each => /\b(?:pip3?|uv|poetry|pipx)\b/.test(each) && /\b(?:install|add|sync)\b/.test(each))
    if (line === undefined) return []
    return [
      {
        code: 'ci-not-judged',
        level: 'info',
        file,
        place: positionAt(file.text, offsets[text.indexOf(line)]!),
        job: job.name,
        message: `what it installs cannot be told: it is a script for ${foreignShell}`,
        hint: 'look at the log of a run',
      },
    ]
  })
}

/** What tells the scripts of a variant from those of another one of its job. */
function textsOf({ scripts }: Variant): string {
  return JSON.stringify(
    scripts.map(({ text, values, folder, conditional }) => [text.text, [...values], folder, conditional]),
  )
}

/** What a job has around its commands: an image for GPUs, a cache of what it installs. */
function aroundThem(job: Job, { places }: Seen): Problem[] {
  const { file, name, image, caches, variants } = job
  const at = (span: Span) => ({ file, place: positionAt(file.text, span.start), job: name })
  const isCpu = variants.every(({ machine }) => machine.gpu === 'no')
  const because = image && isCpu ? gpuBaseOf(image.name) : undefined
  const holds = caches.length > 0 && [...places.values()].some(place => bringsCuda(place, job))
  return [
    ...(image && because !== undefined
      ? [
          {
            ...at(image.span),
            code: 'ci-gpu-image' as const,
            level: 'info' as const,
            message: `the job has no GPU, and its image brings gigabytes for one: ${because}`,
            hint: 'use an image without CUDA, unless the job compiles for it',
          },
        ]
      : []),
    ...(holds
      ? caches.map(span => ({
          ...at(span),
          code: 'ci-cache-holds-cuda' as const,
          level: 'info' as const,
          message: 'the cache keeps the CUDA builds that the job installs',
          hint: 'change its key once the install is mended',
        }))
      : []),
  ]
}

const bringsCuda = (place: readonly JudgedInJob[], job: Job): boolean =>
  place.some(one => one.job === job && one.verdict?.kind === 'cuda')
