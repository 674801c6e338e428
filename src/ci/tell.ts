import type { Options } from '../contract/options.ts'
import type { CiCost } from '../contract/results/ci-check.ts'
import type { InstallCommand } from '../project-files/commands/install-command.ts'
import type { Answer, Asked, Cuda } from '../run/install-answers.ts'
import { formatBytes } from '../text/bytes.ts'
import { positionAt } from '../text/position.ts'
import { secondsFor } from './cost.ts'
import { type Fixing, fixFor } from './fix.ts'
import type { Job } from './job.ts'
import type { Judged, Verdict } from './judge.ts'
import type { Problem } from './problem.ts'
import type { SourceFile } from './source-files.ts'

/** A command with its verdict in one variant of one job. */
export interface JudgedInJob extends Judged {
  readonly job: Job
}

/** What telling asks. */
export interface Telling {
  readonly ask: (asked: Asked) => Promise<Answer>
  readonly options: Options
}

const order: readonly Verdict['kind'][] = ['cuda', 'gpu-build', 'project', 'not-judged', 'left-alone']

/** What is to be said of a command, by its verdicts in all variants of all jobs that run it. */
export async function problemsAt(place: readonly JudgedInJob[], tools: Telling): Promise<Problem[]> {
  const worst = place
    .filter(({ verdict }) => verdict !== undefined)
    .sort((a, b) => order.indexOf(a.verdict!.kind) - order.indexOf(b.verdict!.kind))[0]
  if (!worst?.verdict) return []
  const { verdict, script, job } = worst
  const common = {
    file: script.file,
    place: positionAt(script.file.text, verdict.install.command.span.start),
    job: job.name,
  }
  switch (verdict.kind) {
    case 'left-alone':
      // Elsewhere the public index has builds for CPUs.
      if (place.every(({ variant }) => variant.machine.system === 'other' && variant.meansCuda === undefined)) return []
      if (place.some(({ verdict: other, variant }) => other === undefined && variant.machine.system !== 'other'))
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
      return [await brokenProblem(place, worst as Broken, { common, tools })]
  }
}

type BrokenVerdict = Extract<Verdict, { kind: 'cuda' | 'gpu-build' }>
type Broken = JudgedInJob & { readonly verdict: BrokenVerdict }

/** Of all that breaks alike at one place. */
interface Context {
  readonly common: Pick<Problem, 'file' | 'place' | 'job'> & { readonly file: SourceFile }
  readonly tools: Telling
}

async function brokenProblem(
  place: readonly JudgedInJob[],
  worst: Broken,
  { common, tools }: Context,
): Promise<Problem> {
  const { verdict } = worst
  const alike = place.filter((one): one is Broken => one.verdict?.kind === verdict.kind)
  const pythons = [...new Set(alike.map(({ verdict: { python } }) => python))]
  const answer: Cuda | undefined = verdict.kind === 'cuda' ? verdict.answer : undefined
  const because = whyOneEditIsWrong(place, alike)
  const fixing = because === undefined ? await fixOf(worst, { place, pythons }, tools) : { because }
  const months = new Set(alike.map(({ job }) => job.runsPerMonth))
  const [month] = months
  const runs = alike.reduce((count, one) => count + one.variant.count, 0)
  const saved = answer?.saved && answer.saved.download > 0 ? costOf(answer.saved, runs) : undefined
  const fixed = 'edits' in fixing
  return {
    ...common,
    code: verdict.kind === 'cuda' ? 'ci-installs-cuda' : 'ci-gpu-build',
    level: verdict.kind === 'cuda' ? 'error' : 'warning',
    message: messageOf(worst, saved && runs > 1 ? { saved, runs } : undefined),
    hint: fixed ? 'run torchpin ci check --fix' : hintFor(answer?.file, fixing.because),
    ...(fixed ? { edits: fixing.edits } : { unfixed: fixing.because }),
    python: pythons,
    ...(saved && { saved }),
    ...(month === undefined || months.size > 1 ? {} : { runsPerMonth: month }),
  }
}

/** Why what is right for the variants that break may be wrong for others, as a clause. */
function whyOneEditIsWrong(place: readonly JudgedInJob[], alike: readonly Broken[]): string | undefined {
  const left = place.find(({ left }) => left !== undefined)?.left
  if (left !== undefined) return `it runs elsewhere too: ${left}`
  const texts = new Set(alike.map(({ verdict: { question } }) => question.text))
  return texts.size > 1 ? 'its words differ from one combination of the matrix to the next' : undefined
}

function fixOf(
  { verdict, script, variant }: Broken,
  { place, pythons }: { readonly place: readonly JudgedInJob[]; readonly pythons: readonly string[] },
  tools: Telling,
): Promise<Fixing> {
  const { kind, install, question } = verdict
  const file = kind === 'cuda' ? verdict.answer.file : undefined
  const { platform } = variant.machine
  const others = new Set(place.map(({ variant: { machine } }) => machine.platform))
  others.delete(platform)
  const broken = {
    ...{ kind, script, install, question, pythons, platform, file },
    otherPlatforms: [...others],
    isTool: isTool(install),
  }
  return fixFor(broken, { ask: tools.ask, cpuIndexUrl: tools.options.cpuIndexUrl })
}

function messageOf(
  { verdict, variant }: Broken,
  many: { readonly saved: CiCost; readonly runs: number } | undefined,
): string {
  if (verdict.kind === 'gpu-build') return `${verdict.what} is for GPUs, and ${variant.machine.name} has none`
  const more = many && ` (${many.runs} jobs a run: ${formatBytes(many.saved.download)} more than CPU builds)`
  return verdict.answer.message + (more ?? '')
}

/** Whether it goes into an environment of its own. */
function isTool({ verb, tool, command: { words } }: InstallCommand): boolean {
  const program = words[0]?.value?.replace(/^.*\//, '') ?? ''
  return (
    program === 'pipx' ||
    program === 'uvx' ||
    (tool === 'uv pip' && words[1]?.value === 'tool' && verb.value !== undefined)
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
