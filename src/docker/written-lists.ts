import { posix } from 'node:path'
import { readWrittenList, type WrittenList } from '../project-files/commands/written-list.ts'
import { type CopyStep, type RunStep, type Stage, stepsOf } from '../project-files/dockerfile/dockerfile.ts'
import { canonicalPath, isWithin } from '../project-files/shell/posix-path.ts'
import type { ShellCommand } from '../project-files/shell/script.ts'
import type { Install } from './install.ts'

/** The commands of a stage that write lists of what their project needs: `uv export`, `uv pip compile`, `poetry export`. */
export function exportsOf(stage: Stage): { readonly command: ShellCommand; readonly run: RunStep }[] {
  return stage.steps.flatMap(run =>
    run.kind === 'run' ? run.commands.flatMap(command => (listOf(command) ? [{ command, run }] : [])) : [],
  )
}

/** A command that writes a list, and where it stands. */
export interface Written {
  readonly list: List
  readonly command: ShellCommand
  readonly run: RunStep
  readonly stage: Stage
}

/** `uv export | uv pip install -r -`. */
export function pipedTo({ run, stage, command }: Install): Written | undefined {
  const before = run.commands.slice(0, run.commands.indexOf(command))
  return before
    .flatMap(other => {
      const list = listOf(other)
      return list ? [{ list, command: other, run, stage }] : []
    })
    .at(-1)
}

/** The command that wrote a file of a stage, before another command of it. */
export function writerOf(path: string, stage: Stage, until?: ShellCommand): Written | undefined {
  let found: Written | undefined
  for (const step of stepsOf(stage)) {
    if (step.kind === 'copy' && step.from?.stage) found = copiedFrom(step, step.from.stage, path) ?? found
    if (step.kind !== 'run') continue
    for (const command of step.commands) {
      if (command === until) return found
      const list = listOf(command)
      if (list?.paths.includes(path)) found = { list, command, run: step, stage }
    }
  }
  return found
}

function copiedFrom(step: CopyStep, from: Stage, path: string): Written | undefined {
  const target = canonicalPath(step.folder, step.target.value)
  if (target === undefined || !isWithin(path, target)) return undefined
  const inside = posix.relative(target, path)
  const candidates = step.sources.flatMap(({ value }) => {
    const source = canonicalPath('/', value)
    if (source === undefined) return []
    return inside === '' || inside === posix.basename(source)
      ? [source, posix.join(source, inside)]
      : [posix.join(source, inside)]
  })
  return candidates.map(source => writerOf(source, from)).find(found => found !== undefined)
}

/** A list that a command writes, with where it is in the image. */
interface List extends WrittenList {
  readonly paths: readonly (string | undefined)[]
}

function listOf(command: ShellCommand): List | undefined {
  const list = readWrittenList(command)
  return list && { ...list, paths: list.files.map(path => canonicalPath(command.folder, path)) }
}
