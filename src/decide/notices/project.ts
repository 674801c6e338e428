import type { Diagnostic } from '../../contract/results/rewrite.ts'
import { sameIndex } from '../../torch/index-urls.ts'
import type { LeftSource, ProjectManifest } from '../project.ts'
import { ofDeadWays } from './dead-ways.ts'
import { ofGpuPackages } from './gpu-packages.ts'
import type { AroundProject } from './known.ts'

/** All that is to be told about a file of a project. */
export function noticesOnManifest(of: ProjectManifest, around: AroundProject): Diagnostic[] {
  return [
    ...ofSources(of, around),
    ...ofIndexes(of, around),
    ...ofDeadWays(of, around),
    ...ofEntries(of, around),
  ].toSorted((a, b) => a.line - b.line)
}

function ofSources(of: ProjectManifest, { left }: AroundProject): Diagnostic[] {
  return left.flatMap(({ of: at, source: { project, line, entries }, because }): Diagnostic[] => {
    if (at !== of) return []
    if (because === 'comment')
      return [
        { code: 'kept', level: 'info', line, message: `the source of ${project} stays as it is, as its comment asks` },
      ]
    if (because === 'place')
      return [
        {
          code: 'torch-from-url',
          level: 'warning',
          line,
          message: `${project} comes from ${placeOf(entries)} and is left as it is`,
          hint: `take the source out to have ${project} bound to the CPU index`,
        },
      ]
    return [
      {
        code: 'source-by-choice',
        level: 'warning',
        line,
        message: `${project} comes from one index or another, by the extra or the group that is installed, and is left as it is`,
        hint: 'install the extra or the group for CPU; torchpin check --extra NAME says what one brings',
      },
    ]
  })
}

function placeOf(entries: LeftSource['source']['entries']): string {
  const kind = entries.find(({ kind }) => kind !== 'index')!.kind
  return { git: 'a repository', url: 'a URL', path: 'a folder or a file', workspace: 'the workspace', index: '' }[kind]
}

/** An index that is not explicit is asked for everything, before the public one: the CPU index has old copies of much. */
function ofIndexes({ manifest: { indexes } }: ProjectManifest, { cpuIndexUrl }: AroundProject): Diagnostic[] {
  return indexes
    .filter(({ url, explicit }) => !explicit && sameIndex(url, cpuIndexUrl))
    .map(({ line }) => ({
      code: 'index-not-explicit',
      level: 'warning',
      line,
      message: 'uv asks this index for every project first, and it has old copies of some',
      hint: 'give it explicit = true: what is bound to it comes from it all the same',
    }))
}

function ofEntries(of: ProjectManifest, { lines, outcome: { resolution } }: AroundProject): Diagnostic[] {
  return of.files.flatMap(file => {
    const asked = [...lines.requirements, ...lines.constraints].filter(line => line.file === file)
    const direct = lines.direct.filter(line => line.file === file)
    const kept = asked
      .filter(({ ignoredByComment }) => ignoredByComment)
      .map(
        ({ requirement: { name }, lineNumber: line }): Diagnostic => ({
          code: 'kept',
          level: 'info',
          line,
          message: `${name} stays as it is, as its comment asks`,
        }),
      )
    return [...kept, ...ofGpuPackages({ file, own: { asked, direct } }, [], lines, resolution)]
  })
}
