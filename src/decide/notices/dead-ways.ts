import type { Diagnostic } from '../../contract/results/rewrite.ts'
import type { PyprojectManifest } from '../../formats/project-manifest.ts'
import { positionAt } from '../../text/position.ts'
import { torchFamily } from '../../torch/family.ts'
import { readTorchIndexUrl } from '../../torch/index-urls.ts'
import { namedIn, type ProjectManifest } from '../project.ts'
import type { AroundProject } from './known.ts'

const tools = { uv: 'uv', script: 'uv', poetry: 'Poetry' } as const

/** What a file of a project says to keep CUDA out, and what its tool does not heed. */
export function ofDeadWays(of: ProjectManifest, around: AroundProject): Diagnostic[] {
  return [...ofUnusedIndexes(of.manifest, around), ...ofUnboundSources(of.manifest, around), ...ofBackends(of.manifest)]
}

/** An explicit index of torch that no source of the project names, here or in a member of the workspace. */
function ofUnusedIndexes({ indexes, syntax }: PyprojectManifest, { all, cpuIndexUrl }: AroundProject): Diagnostic[] {
  const used = new Set(
    all.flatMap(({ manifest }) => manifest.sources.flatMap(({ entries }) => entries.map(of => of.index))),
  )
  return indexes
    .filter(({ explicit, name, url }) => explicit && !used.has(name) && readTorchIndexUrl(url, cpuIndexUrl))
    .map(({ line, name, url }) => ({
      code: 'index-without-source',
      level: 'warning',
      line,
      message: `no source names the index ${name ?? url}, and ${tools[syntax]} asks an explicit index for nothing else`,
      hint: 'bind each torch project to it, as torchpin rewrite does',
    }))
}

/** A source for a torch project that is installed, and that no file of the project names: a source binds what is named. */
function ofUnboundSources({ sources }: PyprojectManifest, { all, lines, outcome }: AroundProject): Diagnostic[] {
  const named = new Set(all.flatMap(({ files }) => namedIn(files, lines)))
  return sources
    .filter(({ project }) => torchFamily.has(project) && !named.has(project) && outcome.resolution.has(project))
    .map(({ line, project }) => ({
      code: 'source-without-requirement',
      level: 'warning',
      line,
      message: `uv does not heed the source of ${project}, since only other packages bring ${project}`,
      hint: `name ${project} in a group, as torchpin rewrite does`,
    }))
}

/** `torch-backend` in a table of uv: people take it for what it is in `uv pip`. */
function ofBackends({ source }: PyprojectManifest): Diagnostic[] {
  return [...source.matchAll(/^(?:# )?[ \t]*torch-backend[ \t]*=[ \t]*["']/gm)].map(({ index }) => ({
    code: 'torch-backend-not-locked',
    level: 'warning',
    line: positionAt(source, index).line,
    message: 'torch-backend counts in uv pip alone: uv lock and uv sync do not read it',
    hint: 'a source for each torch project does what it was meant to do',
  }))
}
