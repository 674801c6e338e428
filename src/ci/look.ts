import type { Options } from '../contract/options.ts'
import type { CiCost } from '../contract/results/ci-check.ts'
import { gpuBaseOf } from '../docker/images.ts'
import type { Answer, Asked, Cuda } from '../run/install-answers.ts'
import { formatBytes } from '../text/bytes.ts'
import type { Span } from '../text/edits.ts'
import { once } from '../text/memo.ts'
import { positionAt } from '../text/position.ts'
import { commandsOfVariant } from './commands.ts'
import { secondsFor } from './cost.ts'
import { type CommandFile, kindOf } from './find.ts'
import { fixFor } from './fix.ts'
import { problemsOfCompose, problemsOfDockerfile } from './images.ts'
import type { Job, Variant } from './job.ts'
import { type Judged, judged, type Verdict } from './judge.ts'
import type { Problem } from './problem.ts'
import { anyMachine, cpuMachine, drivers, jobsOf } from './readers/read.ts'
import type { SourceFile, SourceFiles, Unread } from './source-files.ts'

/** What a look at files needs. */
export interface Tools {
  readonly ask: (asked: Asked) => Promise<Answer>
  readonly options: Options
}

/** Files that are looked at side by side. */
const SIDE_BY_SIDE = 8

/** Reads the files that were found, judges their commands, and works out what fixes them. */
export async function look(found: readonly CommandFile[], files: SourceFiles, tools: Tools) {
  const problems: Problem[] = []
  const sources = new Map<string, SourceFile>()
  const commands = new Map<string, number>()
  const kinds = new Map(found.map(({ absolute, kind }) => [absolute, kind]))
  const run = new Set<string>()
  const each = async (some: readonly CommandFile[]) => {
    const waiting = some.values()
    const worker = async () => {
      for (const file of waiting) {
        tools.options.signal?.throwIfAborted()
        const source = await files.read(file.absolute)
        if ('why' in source) problems.push(unread(source))
        else problems.push(...(await lookAt(file, source)))
      }
    }
    await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, some.length) }, worker))
  }
  const lookAt = async (file: CommandFile, source: SourceFile): Promise<readonly Problem[]> => {
    sources.set(source.absolute, source)
    if (file.kind === 'dockerfile') return problemsOfDockerfile(source, tools.options)
    if (file.kind === 'compose') return problemsOfCompose(source, tools.options)
    const jobs = await jobsOf(file.kind, source, files, file.named ? cpuMachine : anyMachine)
    const seen: Problem[] = []
    for (const job of jobs) seen.push(...(await problemsOfJob(job, files, tools, { run, commands })))
    return seen
  }
  const isDriver = ({ kind, named }: CommandFile) =>
    drivers.has(kind) || named || kind === 'dockerfile' || kind === 'compose'
  await each(found.filter(isDriver))
  await each(found.filter(file => !isDriver(file) && !run.has(file.absolute)))
  for (const { file } of problems)
    if (!('why' in file)) {
      sources.set(file.absolute, file)
      if (!kinds.has(file.absolute)) kinds.set(file.absolute, kindOf(file.absolute) ?? 'script')
    }
  return { problems: onceEach(problems), sources, commands, kinds }
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

/** The same place of a script that several jobs run is one problem; the first one is told. */
function onceEach(problems: readonly Problem[]): Problem[] {
  const ranks = { error: 0, warning: 1, info: 2 }
  const first = new Map<string, Problem>()
  for (const problem of problems.toSorted((a, b) => ranks[a.level] - ranks[b.level])) {
    const key = [
      problem.file.absolute,
      problem.place?.line,
      problem.place?.column,
      problem.code === 'ci-cache-holds-cuda',
    ].join(':')
    if (!first.has(key) || problem.place === undefined) first.set(first.has(key) ? `${key}${first.size}` : key, problem)
  }
  return [...first.values()].sort((a, b) =>
    a.file.path < b.file.path
      ? -1
      : a.file.path > b.file.path
        ? 1
        : (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0),
  )
}

/** Files, by their absolute paths, as the jobs come by them. */
interface Seen {
  /** Those that a job runs. */
  readonly run: Set<string>
  /** How many install commands each has. */
  readonly commands: Map<string, number>
}

/** Variants of a job whose commands are the same. */
async function problemsOfJob(job: Job, files: SourceFiles, tools: Tools, { run, commands }: Seen): Promise<Problem[]> {
  const groups = new Map<string, Judged[]>()
  // Most keys of a matrix make no difference to the scripts.
  const commandsOf = once(textsOf, (variant: Variant) =>
    commandsOfVariant(variant, { files, onFile: absolute => run.add(absolute) }),
  )
  for (const variant of job.variants) {
    const found = await commandsOf(variant)
    const bench = { files, ask: tools.ask, cpuIndexUrl: tools.options.cpuIndexUrl }
    for (const one of await judged(variant, found, bench)) {
      const key = `${one.script.file.absolute}:${one.command.span.start}`
      groups.set(key, [...(groups.get(key) ?? []), one])
    }
  }
  for (const [one] of groups.values()) {
    const { absolute } = one!.script.file
    commands.set(absolute, (commands.get(absolute) ?? 0) + 1)
  }
  const problems: Problem[] = []
  for (const group of groups.values()) problems.push(...(await problemsOfGroup(group, job, tools)))
  return [...problems, ...foreignScripts(job), ...aroundThem(job, problems)]
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

const order: readonly Verdict['kind'][] = ['cuda', 'gpu-build', 'project', 'not-judged', 'left-alone']

/** One command in all variants of its job. */
async function problemsOfGroup(group: readonly Judged[], job: Job, tools: Tools): Promise<Problem[]> {
  const worst = group
    .filter(({ verdict }) => verdict !== undefined)
    .sort((a, b) => order.indexOf(a.verdict!.kind) - order.indexOf(b.verdict!.kind))[0]
  if (!worst?.verdict) return []
  const { verdict, script } = worst
  const common = {
    file: script.file,
    place: positionAt(script.file.text, verdict.install.command.span.start),
    job: job.name,
  }
  switch (verdict.kind) {
    case 'left-alone':
      // Elsewhere the public index has builds for CPUs.
      if (group.every(({ variant }) => variant.machine.system === 'other' && variant.meansCuda === undefined)) return []
      if (group.some(({ verdict: other, variant }) => other === undefined && variant.machine.system !== 'other'))
        return []
      return [
        {
          ...common,
          code: 'ci-left-alone',
          level: 'info',
          message: `left alone: ${verdict.because}`,
          hint: 'nothing has to be done, unless no GPU is used here',
        },
      ]
    case 'not-judged':
      return [
        {
          ...common,
          code: 'ci-not-judged',
          level: verdict.mayBeTorch ? 'warning' : 'info',
          message: `what it installs cannot be told: ${verdict.because}`,
          hint: verdict.mayBeTorch
            ? 'it may be a CUDA build of torch; look at the log of a run'
            : 'look at the log of a run',
        },
      ]
    case 'project':
      return [
        {
          ...common,
          code: 'ci-project-installs-cuda',
          level: 'error',
          message: verdict.message,
          hint: 'torchpin rewrite names the index of CPU builds in pyproject.toml',
          unfixed: 'its project says where torch comes from',
        },
      ]
    default:
      return [
        await brokenProblem(group, worst as Judged & { verdict: Extract<Verdict, { kind: 'cuda' | 'gpu-build' }> }, {
          common,
          job,
          tools,
        }),
      ]
  }
}

interface Telling {
  readonly common: Pick<Problem, 'file' | 'place' | 'job'> & { readonly file: SourceFile }
  readonly job: Job
  readonly tools: Tools
}

type BrokenVerdict = Extract<Verdict, { kind: 'cuda' | 'gpu-build' }>

async function brokenProblem(
  group: readonly Judged[],
  worst: Judged & { verdict: BrokenVerdict },
  { common, job, tools }: Telling,
): Promise<Problem> {
  const { verdict, script, variant } = worst
  const alike = group.filter(({ verdict: other }) => other?.kind === verdict.kind) as (Judged & {
    verdict: BrokenVerdict
  })[]
  const pythons = [...new Set(alike.map(({ verdict: { python } }) => python))]
  const others = group.find(({ verdict: other }) => other !== undefined && other.kind !== verdict.kind)?.verdict
  const texts = new Set(alike.map(({ verdict: { question } }) => question.text))
  const because =
    others?.kind === 'left-alone'
      ? `it runs elsewhere too: ${others.because}`
      : texts.size > 1
        ? 'its words differ from one combination of the matrix to the next'
        : undefined
  const answer: Cuda | undefined = verdict.kind === 'cuda' ? verdict.answer : undefined
  const file = answer?.file
  const fixing =
    because === undefined
      ? await fixFor(
          {
            kind: verdict.kind,
            script,
            install: verdict.install,
            question: verdict.question,
            pythons,
            platform: variant.machine.platform,
            file,
            isTool: isTool(verdict.install.verb.value, verdict.install.tool, verdict.install.command.words),
          },
          { ask: tools.ask, cpuIndexUrl: tools.options.cpuIndexUrl },
        )
      : { because }
  const runs = alike.reduce((count, one) => count + one.variant.count, 0)
  const saved = answer?.saved && answer.saved.download > 0 ? costOf(answer.saved, runs) : undefined
  const fixed = 'edits' in fixing
  return {
    ...common,
    code: verdict.kind === 'cuda' ? 'ci-installs-cuda' : 'ci-gpu-build',
    level: verdict.kind === 'cuda' ? 'error' : 'warning',
    message:
      verdict.kind === 'cuda'
        ? `${verdict.answer.message}${saved && runs > 1 ? ` (${runs} jobs a run: ${formatBytes(saved.download)} more than CPU builds)` : ''}`
        : `${verdict.what} is for GPUs, and ${variant.machine.name} has none`,
    hint: fixed ? '--fix mends it' : hintFor(file, fixing.because),
    ...(fixed ? { edits: fixing.edits } : { unfixed: fixing.because }),
    python: pythons,
    ...(saved && { saved }),
    ...(job.runsPerMonth === undefined ? {} : { runsPerMonth: job.runsPerMonth }),
  }
}

function isTool(verb: string | undefined, tool: string, words: Judged['command']['words']): boolean {
  const program = words[0]?.value?.replace(/^.*\//, '') ?? ''
  return (
    program === 'pipx' || program === 'uvx' || (tool === 'uv pip' && words[1]?.value === 'tool' && verb !== undefined)
  )
}

function hintFor(file: string | undefined, because: string): string {
  return file === undefined
    ? `not mended: ${because}; install torch from the index of CPU builds before it`
    : `run torchpin rewrite ${file}`
}

function costOf({ download, installed }: NonNullable<Cuda['saved']>, runs: number): CiCost {
  const one = { download, installed, seconds: secondsFor({ download, installed }) }
  return { download: download * runs, installed: installed * runs, seconds: one.seconds * runs }
}

/** What a job has around its commands: an image for GPUs, a cache of what it installs. */
function aroundThem({ file, name, image, caches, variants }: Job, problems: readonly Problem[]): Problem[] {
  const at = (span: Span) => ({ file, place: positionAt(file.text, span.start), job: name })
  const isCpu = variants.every(({ machine }) => machine.gpu === 'no')
  const because = image && isCpu ? gpuBaseOf(image.name) : undefined
  const holds = problems.some(({ code, file: of }) => code === 'ci-installs-cuda' && of === file)
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
