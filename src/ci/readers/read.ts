import type { CommandFileKind } from '../../contract/results/ci-check.ts'
import { verbatim } from '../../project-files/shell/joined.ts'
import { folderOf } from '../commands.ts'
import type { Job, Machine, Script, Variant } from '../job.ts'
import type { SourceFile, SourceFiles } from '../source-files.ts'
import { jobsOfDevcontainer } from './devcontainer.ts'
import { jobsOfAction, jobsOfWorkflow } from './github.ts'
import { jobsOfGitlab } from './gitlab.ts'
import { recipesOf } from './make.ts'
import { mayInstall } from './may-install.ts'
import { sessionsOf } from './nox.ts'
import type { Recipe } from './recipe.ts'
import { environmentsOf } from './tox.ts'
import { LONGEST_TEXT, yamlOf } from './yaml-file.ts'

/** What a file of commands may hold besides installers that is worth a look. */
const others = /uses:|container:|image:|session\./

const isOfInterest = (text: string) => mayInstall(text) || others.test(text)

/** How the files of a kind are read: into what runs their commands. */
export type Reader = (file: SourceFile, files: SourceFiles, machine: Machine) => Promise<readonly Job[]>

/** A machine that nothing is known of, as whoever runs a script has it. */
export const anyMachine: Machine = {
  system: 'unknown',
  platform: 'linux-x86_64',
  gpu: 'unknown',
  name: 'the machine that runs it',
}

/** The machine that is meant where the user names a file. */
export const cpuMachine: Machine = {
  system: 'linux',
  platform: 'linux-x86_64',
  gpu: 'no',
  name: 'a machine with a CPU alone',
}

const recipes =
  (read: (file: SourceFile) => readonly Recipe[]): Reader =>
  async (file, files, machine) =>
    read(file).map(({ name, scripts, python }) => {
      const folder = folderOf(file.absolute, files.root)
      const placed = scripts.map(script => ({ ...script, folder }))
      return jobOf(file, name, variantOn(machine, placed, python))
    })

const wholeScript: Reader = async (file, files, machine) => {
  const script: Script = {
    file,
    text: verbatim(file.text, { start: 0, end: file.text.length }),
    addition: { by: 'line' },
    values: new Map(),
    // Scripts are run from the top of a repository more often than from their own folder.
    folder: '/',
    conditional: false,
  }
  return files.root === '' ? [] : [jobOf(file, 'script', variantOn(machine, [script], undefined))]
}

function variantOn(machine: Machine, scripts: readonly Script[], python: string | undefined): Variant {
  return { machine, python, meansCuda: undefined, mayHoldTorch: false, ownImage: undefined, scripts, count: 1 }
}

function jobOf(file: SourceFile, name: string, variant: Variant): Job {
  return { file, name, variants: [variant], caches: [], runsPerMonth: undefined }
}

/** The readers, by kind. Dockerfiles, and what holds one, are read as images are built: see `images.ts`. */
const readers: Partial<Readonly<Record<CommandFileKind, Reader>>> = {
  workflow: jobsOfWorkflow,
  action: jobsOfAction,
  gitlab: jobsOfGitlab,
  devcontainer: jobsOfDevcontainer,
  makefile: recipes(recipesOf),
  justfile: recipes(recipesOf),
  tox: recipes(environmentsOf),
  nox: recipes(sessionsOf),
  script: wholeScript,
}

/** What runs commands by itself: the others are read where something runs them, and alone only if nothing does. */
export const drivers: ReadonlySet<CommandFileKind> = new Set(['workflow', 'gitlab', 'devcontainer'])

/** Kinds of files that are written in YAML. */
const inYaml: ReadonlySet<CommandFileKind> = new Set(['workflow', 'action', 'gitlab', 'compose'])

/** Why a file that may hold commands is not read, as words that follow its name; undefined: it is. */
export function whyNotRead(kind: CommandFileKind, file: SourceFile): string | undefined {
  if (!isOfInterest(file.text)) return undefined
  if (file.text.length > LONGEST_TEXT) return `is longer than ${LONGEST_TEXT / 1024} KiB`
  return inYaml.has(kind) && !yamlOf(file)?.root ? 'is no YAML that can be read' : undefined
}

/** The jobs of a file. */
export async function jobsOf(
  kind: CommandFileKind,
  file: SourceFile,
  files: SourceFiles,
  machine: Machine,
): Promise<readonly Job[]> {
  const read = readers[kind]
  return read && isOfInterest(file.text) ? read(file, files, machine) : []
}
