import { basename } from 'node:path'
import type { Diagnostic } from '../../contract/results/rewrite.ts'
import type { Decision } from '../../formats/decision.ts'
import type { IndexOption } from '../../formats/index-option.ts'
import { indexOptionsIn } from '../../formats/requirements/index-options.ts'
import { type RequirementsFile, staysAsItIs } from '../../formats/requirements/requirements-file.ts'
import { publicVersion } from '../../packaging/version.ts'
import type { Resolution } from '../../resolve/resolve.ts'
import { enumerated } from '../../text/lists.ts'
import { positionAt } from '../../text/position.ts'
import { withoutSecrets } from '../../text/secrets.ts'
import { torchFamily, torchRelease } from '../../torch/family.ts'
import { gpuLabelIn } from '../../torch/gpu-wheels.ts'
import { readTorchIndexUrl } from '../../torch/index-urls.ts'
import {
  cpuWheelOf,
  type DirectLine,
  directName,
  type FileLines,
  isCpuWheel,
  isLookedInto,
  type RequirementLines,
  urlOf,
} from '../../torch/lines.ts'
import { ruleFor } from '../../torch/rules.ts'
import { cpuWheelPage } from '../../torch/side-indexes.ts'
import { losesAudioFiles } from '../../torch/traps.ts'
import type { LinesOfFiles } from '../additions.ts'
import type { FileDecisions } from '../decide.ts'
import { isHashed } from '../entry.ts'
import type { IndexStyleName } from '../index-styles.ts'
import type { IndexWriting } from '../versions.ts'
import { ofGpuPackages } from './gpu-packages.ts'
import { ofIndexFaults } from './index-faults.ts'
import type { CompiledFile, Outcome, Surroundings } from './known.ts'
import { ofLocalPath } from './local-paths.ts'
import { ofSharedNames, ofUnreached } from './shared-names.ts'

/** Every notice about a file that does not depend on its new text. All of their sentences are written in this folder. */
export function noticesOn(
  decided: FileDecisions,
  { files, lines }: LinesOfFiles,
  outcome: Outcome,
  { cpuIndexUrl, ...around }: Surroundings & Pick<IndexWriting, 'cpuIndexUrl'>,
): Diagnostic[] {
  const { file, own, style } = decided
  const { resolution } = outcome
  const options = indexOptionsIn(file)
  return [
    ...ofDirect(own, style, resolution),
    ...ofLines(own),
    ...ofGpuPackages(decided, options, lines, resolution),
    ...ofSubstitutions(file, outcome.substitutions),
    ...ofUnverified(own, resolution, cpuIndexUrl),
    ...ofTraps(own, outcome),
    ...(file.root ? ofHashes(own, lines, resolution) : []),
    // conda hands its list to pip, and uv does not read it.
    ...(file.conda ? [] : ofIndex(decided, options, cpuIndexUrl)),
    ...ofIndexFaults(file, around),
    ...ofSharedNames(own, options, around.shared),
    ...ofUnreached(options, around.unreached),
    ...ofCompiled(decided, around.compiled.get(file.absolute)),
    ...ofUnknown(file, outcome.withoutMetadata, lines, [...files.values()][0]),
    ...ofRemote(file),
    ...ofPublished(file),
  ]
}

/** A file that the user names is rewritten even if a package publishes it. */
function ofPublished(file: RequirementsFile): Diagnostic[] {
  if (file.publishedBy === undefined || staysAsItIs(file)) return []
  return [
    {
      code: 'published-requirements',
      level: 'warning',
      line: 1,
      message: `${file.publishedBy} publishes these lines as what the package needs, and a +cpu pin is one that the public index cannot meet; no index line goes in, for it breaks the build`,
      hint: `put the pins into a file of their own with -r ${basename(file.path)}`,
    },
  ]
}

function ofDirect(own: FileLines, style: IndexStyleName, resolution: Resolution): Diagnostic[] {
  return own.direct
    .filter(line => !cpuWheelOf(line) && !(style === 'direct-url' && isCpuWheel(line)))
    .map((line): Diagnostic => {
      const { project, lineNumber, brings, ignoredByComment, cpuWheel } = line
      const local = ofLocalPath(line)
      if (local && !ignoredByComment) return local
      const url = urlOf(line)
      const label = url === undefined ? undefined : gpuLabelIn(url)
      if (label !== undefined && !ignoredByComment)
        return {
          code: 'gpu-wheel-from-url',
          level: 'warning',
          line: lineNumber,
          message: `${project} comes from a URL, in a build for GPUs (${label}), and stays`,
          hint: withoutGpu(project!, resolution),
        }
      if (project && torchFamily.has(project) && !isCpuWheel(line))
        return {
          code: 'torch-from-url',
          level: 'warning',
          line: lineNumber,
          message: `${project} comes from a URL or a folder and is left as it is${whyLeft(cpuWheel)}`,
          hint: `write ${project} without the URL to have it pinned to a CPU build`,
        }
      if (isLookedInto(line))
        return {
          code: 'direct-reference',
          level: 'info',
          line: lineNumber,
          message: `${directName(line)} is taken from where it says${brings ? `, and needs what its ${brings.source} says` : ''}`,
        }
      const family = brings?.requirements.map(({ name }) => name) ?? []
      const known = brings ? `but for ${enumerated(family)}, which ${brings.source} needs` : 'and it may bring torch'
      return {
        code: 'dependencies-unknown',
        level: 'warning',
        line: lineNumber,
        message: `what ${directName(line)} needs is not known, ${known}`,
        hint: 'pin what it needs in lines of their own',
      }
    })
}

function whyLeft(cpuWheel: DirectLine['cpuWheel']): string {
  if (cpuWheel === 'missing') return ': the CPU index has no such wheel of the same release'
  return cpuWheel === 'unknown' ? ': the CPU index could not be asked for the wheel of the same release' : ''
}

/** What to do about a GPU build that nothing replaces. */
function withoutGpu(project: string, resolution: Resolution): string {
  const rule = ruleFor(project)
  if (rule?.action === 'replace') return `${rule.with} is its CPU alternative`
  const page = cpuWheelPage(project, torchRelease(resolution)?.text ?? '')
  return page ? `its CPU wheels are at ${page}` : 'take the line out where no GPU is used, or name its CPU build'
}

function ofLines({ asked }: FileLines): Diagnostic[] {
  return asked.flatMap((line): Diagnostic[] => {
    const { lineNumber, requirement, statement } = line
    const reported: Diagnostic[] = []
    if (line.ignoredByComment)
      reported.push({
        code: 'kept',
        level: 'info',
        line: lineNumber,
        message: `${requirement.name} stays as it is, as its comment asks`,
      })
    else if (line.targets.length === 0)
      reported.push({
        code: 'marker-false',
        level: 'info',
        line: lineNumber,
        message: `${requirement.name} does not apply to the target and stays as it is`,
      })
    if (statement.kind === 'requirement' && statement.usesEnvironment)
      reported.push({
        code: 'environment-kept',
        level: 'warning',
        line: lineNumber,
        message: `${requirement.name} takes its version from the environment and stays as it is`,
      })
    for (const option of statement.kind === 'requirement' ? statement.ignoredOptions : [])
      if (!(option.value && readTorchIndexUrl(option.value, '')))
        reported.push({
          code: 'option-ignored',
          level: 'warning',
          line: lineNumber,
          message: `pip ignores ${option.written} on the line of a requirement`,
          hint: 'give it a line of its own if it is meant',
        })
    return reported
  })
}

function ofSubstitutions(file: RequirementsFile, substitutions: Outcome['substitutions']): Diagnostic[] {
  return substitutions
    .filter(({ line }) => line.file === file)
    .map(({ line: { lineNumber, requirement, cpuRequirement: cpu }, asked, taken }) => ({
      code: 'nearest-release',
      level: 'warning',
      line: lineNumber,
      message: `${requirement.name} ${asked.text} has no CPU build for the target; ${cpu.name} ${taken.text} is the nearest that has`,
      hint:
        cpu.key === 'torchaudio' && losesAudioFiles(asked, taken)
          ? 'from 2.9 on torchaudio loads and saves files by way of torchcodec, which needs ffmpeg'
          : 'check that the release fits your code',
    }))
}

/** A line pins a build, and no index could be asked whether it exists. */
function ofUnverified({ asked }: FileLines, resolution: Resolution, cpuIndexUrl: string): Diagnostic[] {
  return asked.flatMap(({ cpuRequirement: cpu, lineNumber }): Diagnostic[] => {
    const build = resolution.get(cpu.key)?.builds.find(({ file }) => file.unverified)
    if (!build) return []
    return [
      {
        code: 'unverified-pin',
        level: 'warning',
        line: lineNumber,
        message: `${cpu.name} ${build.version.text} is not verified: ${cpuIndexUrl} could not be asked, and what is known of it does not list this release for the target`,
        hint: 'run again where the index can be reached',
      },
    ]
  })
}

function ofTraps(
  { asked }: FileLines,
  { resolution, unavoidedTraps }: Pick<Outcome, 'resolution' | 'unavoidedTraps'>,
): Diagnostic[] {
  return unavoidedTraps.flatMap(({ project, version, requirement: { key, specifier }, because }) => {
    const line = asked.find(({ requirement }) => requirement.key === project)
    if (!line) return []
    return {
      code: 'fails-at-run-time',
      level: 'warning',
      line: line.lineNumber,
      message: `${project} ${publicVersion(version).text} ${because}, and the files ask for ${key} ${resolution.get(key)?.builds[0].version.text}`,
      hint: `let ${key} be ${specifier.text}`,
    }
  })
}

/** In a file with hashes every package needs a line: pip refuses the whole file for one that has none. */
function ofHashes({ asked }: FileLines, lines: RequirementLines, resolution: Resolution): Diagnostic[] {
  const first = asked.find(isHashed)
  if (!first) return []
  const all = [...lines.requirements, ...lines.constraints].map(line => line.cpuRequirement.key)
  const named = new Set([...all, ...lines.direct.flatMap(({ project }) => project ?? []), ...torchFamily])
  const missing = [...resolution.keys()].filter(project => !named.has(project)).sort()
  if (missing.length === 0) return []
  return [
    {
      code: 'hash-line-missing',
      level: 'warning',
      line: first.lineNumber,
      message: `pip wants a line with a hash for each package of a file with hashes, and there is none for ${missing.join(', ')}`,
      hint: 'compile the file anew with the CPU index',
    },
  ]
}

function ofIndex(
  { file, style, decisions }: FileDecisions,
  options: readonly IndexOption[],
  cpuIndexUrl: string,
): Diagnostic[] {
  const gainsIndex = decisions.some(({ kind }) => kind === 'name-index')
  const isOfTorch = ({ value }: IndexOption) => readTorchIndexUrl(value, cpuIndexUrl) !== undefined
  const extra = options.filter(({ name }) => name === 'extra-index-url')
  const found = extra.find(isOfTorch)
  const main = options.find(option => option.name === 'index-url' && isOfTorch(option))
  if (main && extra.some(given => !isOfTorch(given))) {
    return [
      {
        code: 'uv-first-index',
        level: 'info',
        line: main.line,
        message: 'uv asks each --extra-index-url before the --index-url, and takes torch from the first that has it',
        hint: 'name the CPU index with --extra-index-url and the other with --index-url: to pip both orders are the same',
      },
    ]
  }
  // uv does not read an index line of constraints that another file names.
  if (style === 'extra-index-url' && file.role !== 'constraints' && (gainsIndex || found)) {
    return [
      {
        code: 'uv-first-index',
        level: 'info',
        line: found?.line ?? 1,
        message: 'uv reads every project that the CPU index also has from there alone, old copies included',
        hint: 'for uv, run torchpin with --index-style find-links, which pip reads too; or take the line out and install by uv pip install --torch-backend cpu; --index-strategy unsafe-best-match helps too, but then any index can supply any package',
      },
    ]
  }
  if (decisions.some(gainsUrl)) {
    return [
      {
        code: 'url-names-one-wheel',
        level: 'info',
        line: 1,
        message:
          'a line with a URL takes that one wheel: no other Python or platform installs it, and Renovate passes it over',
        hint: 'for another release write the name alone, and run torchpin with --index-style direct-url again',
      },
    ]
  }
  if (style === 'find-links' && gainsIndex) {
    return [
      {
        code: 'find-links-not-compiled',
        level: 'info',
        line: 1,
        message: 'uv pip compile drops --find-links lines, and uv add -r ignores them',
        hint: 'pass --emit-find-links to uv pip compile',
      },
    ]
  }
  return []
}

/** Whether a line that named a version now takes a wheel from a URL. */
function gainsUrl(decision: Decision): boolean {
  if (decision.kind === 'add') return decision.pin.url !== undefined
  return 'pins' in decision && decision.pins.some(({ url }) => url !== undefined)
}

function ofCompiled({ file, style, decisions }: FileDecisions, made: CompiledFile | undefined): Diagnostic[] {
  if (!made || decisions.length === 0) return []
  if (made.changesWith.length > 0) return ofCompiledInStep(file, made, style)
  const sources = made.sources.join(', ') || 'another file'
  return [
    {
      code: 'compiled-file',
      level: 'warning',
      line: 1,
      message: `${made.tool} made this file from ${sources}, and its next run undoes the change`,
      hint: `rewrite ${sources} too, and compile it with the CPU index`,
    },
  ]
}

/** pip-compile copies the index lines of its sources; uv does so only with a flag. */
function ofCompiledInStep(
  { path }: RequirementsFile,
  { tool, changesWith }: CompiledFile,
  style: IndexStyleName,
): Diagnostic[] {
  if (tool !== 'uv' || style === 'none') return []
  const flag = style === 'find-links' ? '--emit-find-links' : '--emit-index-url'
  const sources = changesWith.map(source => source.path).join(', ')
  return [
    {
      code: 'compiled-file',
      level: 'info',
      line: 1,
      message: `uv made ${path} from ${sources}, which changes with it; its next run leaves the line of the index out`,
      hint: `compile it with ${flag}`,
    },
  ]
}

/** Without static metadata, only running the code of a source distribution would tell what it needs, and torchpin runs no code of packages. */
function ofUnknown(
  file: RequirementsFile,
  withoutMetadata: Outcome['withoutMetadata'],
  lines: RequirementLines,
  first: RequirementsFile | undefined,
): Diagnostic[] {
  return withoutMetadata.flatMap(({ project, version, as }): Diagnostic[] => {
    const line =
      lines.requirements.find(({ requirement }) => requirement.key === project) ??
      lines.direct.find(line => line.project === project)
    if ((line?.file ?? first) !== file) return []
    const instead =
      as === undefined
        ? 'it is not counted'
        : as === 'any release'
          ? 'torch is, which every release of it needs, and nothing else'
          : `the needs of ${project} ${as} are taken for it, without their versions`
    return [
      {
        code: 'dependencies-unknown',
        level: 'warning',
        line: line?.lineNumber ?? 1,
        message: `what ${project}==${version} needs is not known, for it has no metadata that can be read; ${instead}`,
        hint: 'pin what it needs in lines of their own',
      },
    ]
  })
}

function ofRemote({ source, remoteIncludes }: RequirementsFile): Diagnostic[] {
  return remoteIncludes.map(({ statement, url }) => ({
    code: 'remote-include',
    level: 'warning',
    line: positionAt(source, statement.span.start).line,
    message: `${withoutSecrets(url)} is not read, so its lines do not count`,
    hint: 'keep a copy beside this file and include that',
  }))
}
