import type { Diagnostic } from '../../contract/results/rewrite.ts'
import type { PylockDecision } from '../../formats/decision.ts'
import type { PylockEntry, PylockManifest } from '../../formats/toml/pylock/manifest.ts'
import { firstNames } from '../../text/lists.ts'
import { cudaOnly, torchFamily } from '../../torch/family.ts'
import type { RequirementLine } from '../../torch/lines.ts'
import type { Substitution } from '../../torch/nearest.ts'
import { ruleFor } from '../../torch/rules.ts'

/** Places named before the rest is counted. */
const PLACES = 3

/** What was decided about a pylock.toml, and what has to be said beside it. */
export interface ExportedOutcome {
  readonly decisions: readonly PylockDecision[]
  /** How the file is made anew: a sentence. */
  readonly anew: string
  /** Packages of which it is not known what they need. */
  readonly unknown?: readonly { readonly name: string; readonly line: number }[]
  /** Lines of packages that serve GPUs and that something needs, or may need. */
  readonly retained?: readonly RequirementLine[]
  readonly substitutions?: readonly Substitution[]
  /** Places where a package has no wheel any more. */
  readonly lost?: readonly { readonly name: string; readonly line: number; readonly places: readonly string[] }[]
}

/** What is said about a pylock.toml. */
export function noticesOnExported({ createdBy, packages }: PylockManifest, outcome: ExportedOutcome): Diagnostic[] {
  const { decisions, anew, retained = [], unknown = [], substitutions = [], lost = [] } = outcome
  return [
    ...(decisions.length > 0 ? [willBeMadeAgain(createdBy, anew)] : []),
    ...packages.flatMap(entry => onEntry(entry, anew)),
    ...retained.map(
      ({ lineNumber, requirement: { name }, retainedBecause }): Diagnostic =>
        retainedBecause === 'needed'
          ? {
              code: 'gpu-package-needed',
              level: 'warning',
              line: lineNumber,
              message: `${name} stays: something besides torch needs it`,
            }
          : {
              code: 'cuda-package-unproved',
              level: 'warning',
              line: lineNumber,
              message: `${name} stays: it serves GPUs, and nothing tells what it is here for`,
              hint: 'take it out of the project where no GPU is used',
            },
    ),
    ...substitutions.map(
      ({ line: { lineNumber, requirement }, asked, taken }): Diagnostic => ({
        code: 'nearest-release',
        level: 'warning',
        line: lineNumber,
        message: `${requirement.name} ${asked.text} has no CPU build for the target; ${requirement.name} ${taken.text} is the nearest that has`,
        hint: 'check that the release fits your code',
      }),
    ),
    ...(decisions.some(({ kind }) => kind === 'remove') ? unknown : []).map(
      ({ name, line }): Diagnostic => ({
        code: 'dependencies-unknown',
        level: 'warning',
        line,
        message: `what ${name} needs is not known: should it need a package for CUDA, that is taken out`,
        hint: 'look at what it needs',
      }),
    ),
    ...lost.map(
      ({ name, line, places }): Diagnostic => ({
        code: 'locked-wheels-missing',
        level: 'warning',
        line,
        message: `the CPU index has no wheel of ${name} for ${firstNames(places, PLACES)}, where the file had one`,
        hint: 'nothing, if the file is not installed there',
      }),
    ),
  ]
}

function willBeMadeAgain(createdBy: string | undefined, anew: string): Diagnostic {
  return {
    code: 'compiled-file',
    level: 'warning',
    line: 1,
    message: `${createdBy ?? 'a tool'} made this file, and its next run undoes the change`,
    hint: anew,
  }
}

function onEntry({ name, line, from, ignoredByComment }: PylockEntry, anew: string): Diagnostic[] {
  if (ignoredByComment) return []
  if (torchFamily.has(name)) {
    if (from === 'wheels') return []
    const whence = { source: 'an archive of its source', direct: 'a repository or an archive', local: 'a path' }[from]
    return [
      {
        code: 'torch-from-url',
        level: 'warning',
        line,
        message: `${name} is locked from ${whence} and is left as it is`,
        hint: anew,
      },
    ]
  }
  const rule = ruleFor(name)
  if (cudaOnly.has(name) || (rule?.action !== 'replace' && rule?.action !== 'drop')) return []
  const instead = rule.action === 'replace' ? `, and ${rule.with} takes its place where a project asks for that` : ''
  return [
    { code: 'gpu-package', level: 'warning', line, message: `${name} stays: ${rule.because}${instead}`, hint: anew },
  ]
}
