import type { Start } from '../frameworks.ts'
import type { PythonFile } from '../python-code.ts'
import { installs, type Project } from './project.ts'

/** How the application is started, and where that was read. */
export interface EntryPoint {
  /** The words of the CMD. */
  readonly command: readonly string[]
  /** Undefined: it listens on none, or on one that is not known. */
  readonly port: number | undefined
  /** `app/main.py:7` */
  readonly source: string
  /** A short name: `FastAPI`, `Procfile`, `console script`. */
  readonly kind: string
  readonly environment: Readonly<Record<string, string>>
  /** The file of the repository that it runs; undefined for a command that the installed project brings. */
  readonly file: string | undefined
  /** The project that has the program, where the requirements do not name it. */
  readonly missingProgram: string | undefined
  readonly development: boolean
  /** It binds to the container's own address alone. */
  readonly local: boolean
}

/** Where a start was found. */
interface Origin {
  readonly file: PythonFile
  /** `app/main.py:7` */
  readonly source: string
  readonly kind: string
  /** The folder that has to be on Python's path; empty for the repository itself. */
  readonly root: string
}

/** An application that a server starts, or that its framework does. */
export function started(
  { command, port, program, development }: Start,
  { file, source, kind, root }: Origin,
  { needs }: Project,
): EntryPoint {
  return {
    ...entryOf(command, port, source, kind),
    environment: pathOf(root),
    file: file.path,
    missingProgram: program !== undefined && !installs(needs, program) ? program : undefined,
    development,
  }
}

export function entryOf(
  command: readonly string[],
  port: number | undefined,
  source: string,
  kind: string,
): EntryPoint {
  return {
    command,
    port,
    source,
    kind,
    environment: {},
    file: undefined,
    missingProgram: undefined,
    development: false,
    local: false,
  }
}

export function pathOf(root: string): Record<string, string> {
  return root === '' ? {} : { PYTHONPATH: root === '.' ? '/app' : `/app/${root}` }
}
