import { readOptions } from '../project-files/commands/options.ts'
import type { RunStep, Stage } from '../project-files/dockerfile/dockerfile.ts'
import type { ShellCommand } from '../project-files/shell/script.ts'
import type { Word } from '../project-files/shell/words.ts'
import type { Install } from './install.ts'

/** A command that runs a script, for which uv installs what its metadata names: `uv run app.py`. */
export interface ScriptRun extends Install {
  readonly script: Word
}

/** The scripts that a stage runs by uv: while it is built, and as the command of its image. */
export function scriptRunsOf(stage: Stage): ScriptRun[] {
  return stage.steps.flatMap(step => {
    if (step.kind !== 'run' && step.kind !== 'start') return []
    const run: RunStep = step.kind === 'run' ? step : { ...step, kind: 'run', mounts: [] }
    return step.commands.flatMap(command => readScriptRun(command, run, stage) ?? [])
  })
}

function readScriptRun(command: ShellCommand, run: RunStep, stage: Stage): ScriptRun | undefined {
  const [program, ...args] = command.words
  if (!/(?:^|\/)uv$/.test(program?.value ?? '')) return undefined
  const [verb, script] = readOptions(args).plain
  if (verb?.value !== 'run' || !script) return undefined
  // What follows the script is for the script.
  const { options, uncertain } = readOptions(args.slice(0, args.indexOf(script)))
  if (!script.value?.endsWith('.py') && !options.some(({ name }) => name === '-s' || name === '--script'))
    return undefined
  return {
    tool: 'uv',
    verb,
    script,
    command,
    run,
    stage,
    options,
    uncertain,
    wanted: [],
    files: [],
    python: undefined,
    environment: undefined,
  }
}
