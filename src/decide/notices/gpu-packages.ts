import type { Diagnostic } from '../../contract/results/rewrite.ts'
import type { IndexOption } from '../../formats/index-option.ts'
import { compareVersions, parseVersion } from '../../packaging/version.ts'
import type { Resolution } from '../../resolve/resolve.ts'
import { withoutSecrets } from '../../text/secrets.ts'
import { torchRelease } from '../../torch/family.ts'
import type { RequirementLine, RequirementLines } from '../../torch/lines.ts'
import { ruleFor, type Warning } from '../../torch/rules.ts'
import { cpuWheelPage } from '../../torch/side-indexes.ts'
import { trapNames } from '../../torch/trap-names.ts'
import { torchName } from '../../torch/unavailable.ts'
import type { FileDecisions } from '../decide.ts'
import { sideIndexesIn } from '../index-lines.ts'

/**
 * Notices about packages that are for GPUs, or whose names suggest it: those that a file names, and those that come with them.
 *
 * @param options those of the file that name indexes
 * @param lines of all files
 */
export function ofGpuPackages(
  { file, own }: Pick<FileDecisions, 'file' | 'own'>,
  options: readonly IndexOption[],
  lines: RequirementLines,
  resolution: Resolution,
): Diagnostic[] {
  const applying = own.asked.filter(line => !line.ignoredByComment && line.targets.length > 0)
  return [
    ...applying.flatMap(line => ofLine(line, resolution) ?? []),
    ...broughtIn(file, lines, resolution),
    ...ofEndedPages(options, resolution),
  ]
}

function ofLine(line: RequirementLine, resolution: Resolution): Diagnostic | undefined {
  const { name, key } = line.requirement
  const rule = ruleFor(key)
  const about = noticeAt(line)
  if (line.retainedBecause === 'needed')
    return about('gpu-package-needed', 'warning', `${name} stays: something besides torch needs it`)
  if (line.retainedBecause === 'unproved') {
    const message = `${name} stays: it serves GPUs, and nothing tells what it is here for`
    return about('cuda-package-unproved', 'warning', message, 'take the line out where no GPU is used')
  }
  if (rule?.action === 'drop' && line.removal)
    return about('no-cpu-form', 'warning', `${name} is taken out: ${rule.because}`, rule.hint)
  if (rule?.action === 'replace' && line.cpuRequirement.key !== key && rule.hint)
    return about('replaced', 'warning', `${name} gives way to ${rule.with}: ${rule.because}`, rule.hint)
  if (rule?.action === 'replace' && line.cpuRequirement.key === key) {
    const lacks =
      line.retainedBecause === 'unreleased' ? 'no release that this line takes' : 'no wheels for every platform'
    return about('gpu-package', 'warning', `${name} stays: ${rule.because}, and ${rule.with} has ${lacks}`)
  }
  if (rule?.action === 'offer')
    return about('smaller-build', 'info', `${name} could give way to ${rule.with}: ${rule.because}`)
  if (rule?.action === 'warn' && isTrueOf(rule, key, resolution))
    return about('gpu-package', 'warning', `${name} stays: ${rule.because}`, rule.hint)
  if (rule?.action === 'index') return ofOwnPage(line, rule, resolution)
  const trap = trapNames.get(key)
  const meant = torchName(key)
  return trap
    ? about(
        'misleading-name',
        'warning',
        `${name} may not be what is meant: ${trap}`,
        meant && `write ${meant} in its place`,
      )
    : undefined
}

/** Whether a warning holds of a release that was chosen. Of a project of which none was, it does. */
function isTrueOf({ until }: Warning, project: string, resolution: Resolution): boolean {
  const builds = resolution.get(project)?.builds ?? []
  const end = until === undefined ? undefined : parseVersion(until)
  return !end || builds.length === 0 || builds.some(({ version }) => compareVersions(version, end) < 0)
}

/** A project whose CPU wheels are on a page of its own, where no index or page of the files has one. */
function ofOwnPage(
  line: RequirementLine,
  rule: { readonly because: string; readonly hint?: string },
  resolution: Resolution,
): Diagnostic | undefined {
  const { name, key } = line.requirement
  const build = resolution.get(key)?.builds[0]
  if (build?.file.filename.endsWith('.whl')) return undefined
  const page = cpuWheelPage(key, torchRelease(resolution)?.text ?? '')
  const hint = page ? `its CPU wheels are at ${page}` : rule.hint
  return noticeAt(line)('own-wheel-page', 'warning', `${name} stays: ${rule.because}`, hint)
}

/** GPU packages that are installed although no line names them: one notice for each line that brings some. */
function broughtIn(file: FileDecisions['file'], lines: RequirementLines, resolution: Resolution): Diagnostic[] {
  const isNamed = (project: string) =>
    [lines.requirements, lines.constraints].some(some => some.some(({ requirement }) => requirement.key === project))
  const byLine = new Map<number, Brought[]>()
  for (const { project } of resolution.values()) {
    const rule = ruleFor(project)
    if (!rule || rule.action === 'pin' || rule.action === 'offer' || isNamed(project)) continue
    if (rule.action === 'warn' && !isTrueOf(rule, project, resolution)) continue
    const puller = [...resolution.values()].find(({ builds }) => builds.some(({ needs }) => needs.includes(project)))
    const line = puller && lines.requirements.find(({ cpuRequirement: cpu }) => cpu.key === puller.project)
    if (!puller || (line ? line.file !== file : lines.requirements[0]?.file !== file)) continue
    const at = line?.lineNumber ?? 1
    const because = 'because' in rule ? rule.because : 'it serves GPUs'
    byLine.set(at, [...(byLine.get(at) ?? []), { project, puller: puller.project, because }])
  }
  return [...byLine].map(([line, brought]) => ({
    code: 'gpu-package-needed',
    level: 'warning',
    line,
    message: toldOf(brought),
  }))
}

/** A package for GPUs, and what asks for it. */
interface Brought {
  readonly project: string
  readonly puller: string
  /** A clause whose subject, "it", is the package. */
  readonly because: string
}

/** `shap brings xgboost: it carries CUDA code`; of several packages the names alone. */
function toldOf(brought: readonly Brought[]): string {
  const [first] = brought
  if (first && brought.length === 1) return `${first.puller} brings ${first.project}: ${first.because}`
  const byPuller = new Map<string, string[]>()
  for (const { project, puller } of brought) byPuller.set(puller, [...(byPuller.get(puller) ?? []), project])
  const sentences = [...byPuller].map(([puller, projects]) => `${puller} brings ${projects.sort().join(', ')}`)
  return `packages for GPUs come along: ${sentences.join('; ')}`
}

/** Pages that have no wheels for the torch that is installed. */
function ofEndedPages(options: readonly IndexOption[], resolution: Resolution): Diagnostic[] {
  return sideIndexesIn(options, torchRelease(resolution)?.text).flatMap(
    ({ option, moved: { url, projects, endedWith } }) =>
      endedWith === undefined
        ? []
        : {
            code: 'page-ended',
            level: 'warning' as const,
            line: option.line,
            message: `${withoutSecrets(url)} has wheels of ${projects.join(', ')} up to torch ${endedWith} only`,
            hint: `hold torch at ${endedWith}, or build ${projects.join(', ')} from source`,
          },
  )
}

function noticeAt(line: RequirementLine) {
  return (code: Diagnostic['code'], level: Diagnostic['level'], message: string, hint?: string): Diagnostic => ({
    code,
    level,
    line: line.lineNumber,
    message,
    ...(hint ? { hint } : {}),
  })
}
