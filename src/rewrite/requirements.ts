import { fileVariables } from '../contract/options.ts'
import type { VerifiedResult } from '../contract/results/rewrite.ts'
import { decide } from '../decide/decide.ts'
import { stylesOf } from '../decide/file-styles.ts'
import { hashedFiles } from '../decide/hashed-files.ts'
import { noticesOn } from '../decide/notices/notices.ts'
import { ofRenovate } from '../decide/notices/renovate.ts'
import { withSource } from '../formats/requirements/files.ts'
import { requirementsFormat } from '../formats/requirements/format.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import { compiledIn } from '../run/compiled-files.ts'
import type { Unit } from '../run/open.ts'
import type { Choice } from '../run/solve/choose.ts'
import { installsWithUv, preferredStyle, renovateOf } from '../run/targets.ts'
import { applyEdits, type Edit } from '../text/edits.ts'
import { positionAt } from '../text/position.ts'
import { missingDigests } from './digests.ts'
import type { FilePlan, UnitPlan } from './plan.ts'
import { sharedNames } from './shared-names.ts'

/** Decides on requirements files, and edits them. */
export async function planRequirements(unit: Unit, choice: Choice, cpuIndexUrl: string): Promise<UnitPlan> {
  const plans = await plansOf(unit, choice, cpuIndexUrl)
  return { files: await Promise.all(plans.map(asOnDisk)), after: undefined, prove: () => proofsOf(unit, plans) }
}

/** A plan of what a file is as a requirements file, and the edits that it comes of. */
interface RequirementsPlan extends FilePlan<RequirementsFile> {
  readonly edits: readonly Edit[]
}

/** A conda environment file stays one. */
async function asOnDisk({ edits, ...plan }: RequirementsPlan): Promise<FilePlan> {
  const { file } = plan
  if (!file.conda) return plan
  const { source, list } = file.conda
  const { editedCondaFile } = await import('../formats/requirements/pip-list.ts')
  // A line that comes in above all others is the first of the list.
  const top = positionAt(source, list.items[0]!.line.start).line
  const changes = plan.changes.map(change => ({ ...change, line: Math.max(change.line, top) }))
  return { ...plan, file: { ...file, source }, text: editedCondaFile(file.path, file.conda, edits), changes }
}

async function plansOf(unit: Unit, choice: Choice, cpuIndexUrl: string): Promise<RequirementsPlan[]> {
  const { files, indexes, targets, options, surroundings } = unit
  const { lines, resolution } = choice
  const withUv = await installsWithUv(files, surroundings)
  const style = options.indexStyle === 'auto' ? undefined : options.indexStyle
  const styles = stylesOf(files, lines.direct, cpuIndexUrl, { style, preferred: preferredStyle(withUv, options) })
  const around = {
    cpuIndexUrl,
    compiled: compiledIn(files, unit.sources),
    installsWithUv: withUv,
    renovate: await renovateOf(files, surroundings),
    shared: await sharedNames(resolution, indexes),
    unreached: indexes.unreached,
  }
  const asked = { files, lines }
  const versions = { resolution, targets, avoided: choice.avoided, pin: options.pin }
  const writing = { cpuIndexUrl, styles }
  const digests = await missingDigests(hashedFiles(lines, versions, writing), indexes, options)
  return decide(asked, versions, writing, digests).map(decided => {
    const { file, own } = decided
    const { edits, changes } = requirementsFormat.edit(file, decided.decisions)
    const text = applyEdits(file.source, edits)
    const diagnostics = noticesOn(decided, asked, choice, around)
    // This notice is about pins by version; another one covers lines with a URL.
    const pinned = decided.pinsCpuBuilds && (file.role === 'constraints' || decided.style !== 'direct-url')
    if (pinned && !file.conda) diagnostics.push(...ofRenovate(own, text, around))
    return { file, text, edits, changes, diagnostics: diagnostics.toSorted((a, b) => a.line - b.line) }
  })
}

async function proofsOf(
  { targets, options }: Unit,
  plans: readonly FilePlan<RequirementsFile>[],
): Promise<VerifiedResult[]> {
  const { verify } = await import('./verify.ts')
  const becoming = plans.map(
    ({ file, text }) => [file.absolute, withSource(file, text, fileVariables(options))] as const,
  )
  return verify(new Map(becoming), targets, options)
}
