import { canonicalizeName } from '../packaging/names.ts'
import { optionsNamed } from '../project-files/commands/options.ts'
import type { Selection } from './init/locks.ts'
import type { Install } from './install.ts'
import type { Project } from './torch-project.ts'

/** A command that installs or exports a project. */
type ProjectCommand = Pick<Install, 'command' | 'options'>

type InstalledProject = Pick<Project, 'pyproject'>

/**
 * What `uv sync` or `uv export` takes of a project. A group that is left out stays out, whatever else asks for it; the default
 * groups count unless the command, or a variable, says otherwise.
 */
export function selectionOfUv(
  install: ProjectCommand,
  project: InstalledProject | undefined,
  python: string,
): Selection {
  const { has, given } = wordsOf(install)
  const members = has('--all-packages') ? 'all' : given('--package').map(canonicalizeName)
  return {
    extras: has('--all-extras')
      ? allBut(given('--no-extra'), project?.pyproject?.extras)
      : given('--extra').map(canonicalizeName),
    groups: groupsOfUv(install, project),
    ...(has('--only-group', '--only-dev') ? { onlyGroups: true } : {}),
    ...(members.length > 0 ? { members } : {}),
    python,
  }
}

function groupsOfUv(install: ProjectCommand, project: InstalledProject | undefined): Selection['groups'] {
  const { has, given, isSet } = wordsOf(install)
  const isBare = has('--no-default-groups', '--only-group', '--only-dev') || isSet('UV_NO_DEFAULT_GROUPS')
  const defaults = isBare ? [] : (project?.pyproject?.uvDefaults ?? ['dev'])
  const left = [
    ...given('--no-group'),
    ...namesIn(install.command.values.get('UV_NO_GROUP')),
    ...(has('--no-dev') || isSet('UV_NO_DEV') ? ['dev'] : []),
  ].map(canonicalizeName)
  if (has('--all-groups') || defaults === 'all') return allBut(left, project?.pyproject?.groups)
  const named = [...defaults, ...given('--group', '--only-group'), ...(has('--dev', '--only-dev') ? ['dev'] : [])]
  return named.map(canonicalizeName).filter(group => !left.includes(group))
}

function allBut(left: readonly string[], all: ReadonlyMap<string, unknown> = new Map()): Selection['groups'] {
  const names = left.map(canonicalizeName)
  return names.length === 0 ? 'all' : [...all.keys()].filter(name => !names.includes(name))
}

/** What `poetry install` takes of a project, or `poetry export`, which takes the main group alone. */
export function selectionOfPoetry(install: ProjectCommand, isExport: boolean, python: string): Selection {
  const { has, given } = wordsOf(install)
  return {
    extras: has('--all-extras') ? 'all' : given('-E', '--extras'),
    groups: has('--all-groups')
      ? 'all'
      : isExport || has('--only', '--without', '--no-dev')
        ? [...given('--only'), ...given('--with')]
        : 'all',
    python,
  }
}

/** What the options and the variables of a command say. */
function wordsOf({ options, command: { values } }: ProjectCommand) {
  return {
    has: (...names: string[]) => optionsNamed(options, ...names).length > 0,
    given: (...names: string[]) => optionsNamed(options, ...names).flatMap(({ text }) => namesIn(text)),
    isSet: (variable: string) => !/^(?:|0|f|false|n|no|off)$/i.test(values.get(variable) ?? ''),
  }
}

function namesIn(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter(name => name !== '')
}
