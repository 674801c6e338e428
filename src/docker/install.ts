import { parseRequirements, type Statement } from '../formats/requirements/parse.ts'
import { type InstallCommand, readInstallCommand } from '../project-files/commands/install-command.ts'
import type { RunStep, Stage } from '../project-files/dockerfile/dockerfile.ts'
import type { Word } from '../project-files/shell/words.ts'

/** A command of a Dockerfile that installs Python packages. */
export interface Install extends Omit<InstallCommand, 'named'> {
  readonly run: RunStep
  readonly stage: Stage
  /** What the command names itself. */
  readonly wanted: readonly Wanted[]
}

/** A word that names something to install, read as a line of a requirements file. */
export interface Wanted {
  readonly word: Word
  readonly statement: Statement
}

/** The installs of a stage, without those of the stage it starts from. */
export function installsOf(stage: Stage): Install[] {
  return stage.steps.flatMap(run =>
    run.kind === 'run'
      ? run.commands.flatMap(command => {
          const install = readInstallCommand(command)
          if (!install) return []
          const { named, ...rest } = install
          return [{ ...rest, run, stage, wanted: named.map(word => ({ word, statement: statementOf(word) })) }]
        })
      : [],
  )
}

function statementOf({ value, lead }: Word): Statement {
  // What is not known of a word may be its version: its name is.
  const [statement] = parseRequirements(value ?? /^[A-Za-z0-9][\w.-]*(?:\[[\w,-]+\])?/.exec(lead)?.[0] ?? '').statements
  return statement ?? { kind: 'blank', span: { start: 0, end: 0 } }
}
