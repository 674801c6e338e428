import { compareVersions, parseVersion } from '../packaging/version.ts'
import type { RequirementsFile } from '../requirements/files.ts'
import type { Diagnostic } from '../result.ts'
import { positionAt } from '../text/position.ts'
import { withoutSecrets } from '../text/secrets.ts'
import { torchRelease } from './family.ts'
import { sideIndexesOf } from './index-lines.ts'
import type { FileLines, RequirementLine } from './lines.ts'
import type { PlanInput } from './plan.ts'
import { ruleFor, type Warning } from './rules.ts'
import { cpuWheelPage } from './side-indexes.ts'
import { trapNames } from './trap-names.ts'
import { torchName } from './unavailable.ts'

/** What is to be told of packages that are for GPUs, or sound as if they were: those that a file names, and those it brings in. */
export function ofGpuPackages(file: RequirementsFile, input: PlanInput & { readonly own: FileLines }): Diagnostic[] {
  const lines = input.own.asked.filter(line => !line.kept && line.targets.length > 0)
  return [...lines.flatMap(line => ofLine(line, input) ?? []), ...broughtIn(file, input), ...ofEndedPages(file, input)]
}

function ofLine(line: RequirementLine, input: PlanInput): Diagnostic | undefined {
  const { name, key } = line.requirement
  const rule = ruleFor(key)
  const about = told(line)
  if (line.stays === 'needed')
    return about('gpu-package-needed', 'warning', `${name} stays: something besides torch needs it`)
  if (line.stays === 'unproved') {
    const message = `${name} stays: it serves GPUs, and nothing tells what it is here for`
    return about('cuda-package-unproved', 'warning', message, 'take the line out where no GPU is used')
  }
  if (rule?.action === 'drop' && line.leaves)
    return about('no-cpu-form', 'warning', `${name} is taken out: ${rule.because}`, rule.hint)
  if (rule?.action === 'replace' && line.cpu.key !== key && rule.hint)
    return about('replaced', 'warning', `${name} gives way to ${rule.with}: ${rule.because}`, rule.hint)
  if (rule?.action === 'replace' && line.cpu.key === key) {
    const lacks = line.stays === 'unreleased' ? 'no release that this line takes' : 'no wheels for every platform'
    return about('gpu-package', 'warning', `${name} stays: ${rule.because}, and ${rule.with} has ${lacks}`)
  }
  if (rule?.action === 'offer')
    return about('smaller-build', 'info', `${name} could give way to ${rule.with}: ${rule.because}`)
  if (rule?.action === 'warn' && isTrueOf(rule, key, input))
    return about('gpu-package', 'warning', `${name} stays: ${rule.because}`, rule.hint)
  if (rule?.action === 'index') return ofOwnPage(line, rule, input)
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
function isTrueOf({ until }: Warning, project: string, { resolution }: Pick<PlanInput, 'resolution'>): boolean {
  const builds = resolution.get(project)?.builds ?? []
  const end = until === undefined ? undefined : parseVersion(until)
  return !end || builds.length === 0 || builds.some(({ version }) => compareVersions(version, end) < 0)
}

/** A project whose CPU wheels are on a page of its own, where no index or page of the files has one. */
function ofOwnPage(
  line: RequirementLine,
  rule: { readonly because: string; readonly hint?: string },
  { resolution }: PlanInput,
): Diagnostic | undefined {
  const { name, key } = line.requirement
  const build = resolution.get(key)?.builds[0]
  if (build?.file.filename.endsWith('.whl')) return undefined
  const page = cpuWheelPage(key, torchRelease(resolution)?.text ?? '')
  const hint = page ? `its CPU wheels are at ${page}` : rule.hint
  return told(line)('own-wheel-page', 'warning', `${name} stays: ${rule.because}`, hint)
}

/** GPU packages that no line names and that come all the same. */
function broughtIn(file: RequirementsFile, { lines, resolution }: PlanInput): Diagnostic[] {
  const isNamed = (project: string) =>
    [lines.requirements, lines.constraints].some(some => some.some(({ requirement }) => requirement.key === project))
  return [...resolution.values()].flatMap(({ project }) => {
    const rule = ruleFor(project)
    if (!rule || rule.action === 'pin' || rule.action === 'offer' || isNamed(project)) return []
    if (rule.action === 'warn' && !isTrueOf(rule, project, { resolution })) return []
    const puller = [...resolution.values()].find(({ builds }) => builds.some(({ needs }) => needs.includes(project)))
    const line = puller && lines.requirements.find(({ cpu }) => cpu.key === puller.project)
    if (!puller || (line ? line.file !== file : lines.requirements[0]?.file !== file)) return []
    const because = 'because' in rule ? rule.because : 'it serves GPUs'
    return {
      code: 'gpu-package-needed',
      level: 'warning' as const,
      line: line?.lineNumber ?? 1,
      message: `${puller.project} brings ${project}: ${because}`,
    }
  })
}

/** Pages that have no wheels for the torch that is installed. */
function ofEndedPages(file: RequirementsFile, { resolution }: PlanInput): Diagnostic[] {
  return sideIndexesOf(file, torchRelease(resolution)?.text).flatMap(
    ({ statement, moved: { url, projects, endedWith } }) =>
      endedWith === undefined
        ? []
        : {
            code: 'page-ended',
            level: 'warning' as const,
            line: positionAt(file.source, statement.span.start).line,
            message: `${withoutSecrets(url)} has wheels of ${projects.join(', ')} up to torch ${endedWith} only`,
            hint: `hold torch at ${endedWith}, or build ${projects.join(', ')} from source`,
          },
  )
}

function told(line: RequirementLine) {
  return (code: Diagnostic['code'], level: Diagnostic['level'], message: string, hint?: string): Diagnostic => ({
    code,
    level,
    line: line.lineNumber,
    message,
    ...(hint ? { hint } : {}),
  })
}
