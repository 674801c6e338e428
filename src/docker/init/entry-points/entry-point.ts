import type { Start } from '../frameworks.ts'
import type { Module } from '../modules.ts'
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

export function started(
  { command, port, program, development }: Start,
  { root }: Module,
  source: string,
  kind: string,
  file: PythonFile,
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
