import type { DockerCode } from '../contract/codes/docker.ts'
import { chainOf, type Dockerfile, type Stage } from '../project-files/dockerfile/dockerfile.ts'
import type { Edit, Span } from '../text/edits.ts'
import type { BuildContext } from './context.ts'
import type { LinuxRelease } from './init/linux-releases.ts'
import { type Install, installsOf } from './install.ts'

/** Why a release has no wheel for a Python (`3.12`), as a clause; undefined: it has one, or that is not known. */
export type MissingWheel = (project: string, release: string, python: string) => string | undefined

/** The releases of the torch family that the index of CPU builds is known to have for Linux, newest first. */
export type CpuReleases = ReadonlyMap<string, readonly LinuxRelease[]>

/** What is known of wheels. */
export interface Wheels {
  readonly missingWheel: MissingWheel
  readonly cpuReleases: CpuReleases
}

/** All that rules look at. */
export interface Facts extends Wheels {
  readonly dockerfile: Dockerfile
  readonly context: BuildContext
  /** The stages whose layers are in the image: the last one and those it starts from, the first one first. */
  readonly shipped: readonly Stage[]
  /** The stages that a build of the image runs at all. */
  readonly used: readonly Stage[]
  /** The installs of the used stages. */
  readonly installs: readonly Install[]
}

/** What a rule has to say about a place. */
export interface Problem {
  readonly code: DockerCode
  readonly level: 'error' | 'warning' | 'info'
  /** In the Dockerfile, or in the ignore file. */
  readonly span: Span
  readonly in: 'dockerfile' | 'dockerignore'
  /** One sentence without a full stop. */
  readonly message: string
  /** What to do about it, the same way. */
  readonly hint: string
  /** What fixes it, where that is safe, in the same file. */
  readonly edits?: readonly Edit[]
}

export type Rule = (facts: Facts) => Iterable<Problem>

/** Gathers what rules look at. The last stage is the one that is built. */
export function gatherFacts(dockerfile: Dockerfile, context: BuildContext, wheels: Wheels): Facts {
  const final = dockerfile.stages.at(-1)
  const shipped = final ? chainOf(final) : []
  const used = dockerfile.stages.filter(stage => final && needs(final, stage, new Set()))
  return { dockerfile, context, shipped, used, installs: used.flatMap(installsOf), ...wheels }

  function needs(stage: Stage, wanted: Stage, seen: Set<Stage>): boolean {
    if (stage === wanted) return true
    if (seen.has(stage)) return false
    seen.add(stage)
    return sourcesOf(stage, dockerfile.stages).some(source => needs(source, wanted, seen))
  }
}

function sourcesOf(stage: Stage, stages: readonly Stage[]): Stage[] {
  const mounted = stage.steps.flatMap(step =>
    step.kind === 'run' ? step.mounts.map(({ from }) => from?.toLowerCase()) : [],
  )
  return [
    ...(stage.parent ? [stage.parent] : []),
    ...stage.steps.flatMap(step => (step.kind === 'copy' && step.from?.stage ? [step.from.stage] : [])),
    ...stages.filter(({ name }) => name !== undefined && mounted.includes(name)),
  ]
}

/** Whether a comment `# torchpin: ignore CODE, CODE` stands before the instruction, or the pattern, of a problem. */
export function isSilenced({ code, span, in: where }: Problem, { dockerfile, context }: Facts): boolean {
  if (where === 'dockerignore') {
    const { text = '', patterns = [] } = context.ignore?.rules ?? {}
    const before = patterns.findLast(pattern => pattern.span.end <= span.start)?.span.end ?? 0
    // What is missing has no line of its own: a comment anywhere is about it.
    return names(
      text.slice(span.end === span.start ? 0 : before, span.end === span.start ? undefined : span.start),
      code,
    )
  }
  const { source, instructions } = dockerfile
  const at = instructions.findLastIndex(instruction => instruction.span.start <= span.start)
  const start = instructions[at - 1]?.span.end ?? 0
  return names(source.slice(start, instructions[at]?.span.end), code)
}

function names(text: string, code: string): boolean {
  for (const [, list] of text.matchAll(/^[ \t]*#[ \t]*torchpin:[ \t]*ignore[ \t]+([^\r\n]*)/gm))
    if (list!.split(/[\s,]+/).includes(code)) return true
  return false
}
