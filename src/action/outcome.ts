import type { CheckResult } from '../contract/results/check.ts'
import type { CiCheckResult } from '../contract/results/ci-check.ts'
import type { GateResult } from '../contract/results/gate.ts'
import type { RewriteResult } from '../contract/results/rewrite.ts'
import { code, fenced } from '../report/markdown-text.ts'
import type { Inputs } from './inputs.ts'
import type { Ran } from './run.ts'

/** The result of a run, for the workflow and for readers. */
export interface Outcome {
  readonly outputs: Readonly<Record<string, string | number | boolean>>
  /** For the summary of the job and for the comment. */
  readonly markdown: string
  /** Something to do, so that a pull request without a comment gets one. */
  readonly isNews: boolean
}

/** The document that `--format json` gives: of `rewrite`; of `check`, which has more; of `check --against`; of `ci check`. */
export type Document = (RewriteResult & Partial<CheckResult>) | GateResult | CiCheckResult

/** Patches for what a run has changed, or would; `check --against` has none. */
export function diffsIn(document: Document): string {
  return 'files' in document ? document.files.map(({ diff }) => diff).join('') : ''
}

/** What a run that came to its end has written. */
export interface Reports {
  readonly document: Document
  readonly markdown: string
  /** The path of a file with the diffs; empty where nothing differs. */
  readonly patch: string
}

/** The outcome of a run that came to its end. */
export function outcomeOf(inputs: Inputs, exitCode: number, { document, markdown, patch }: Reports): Outcome {
  const changed = 'files' in document && document.files.some(file => file.changed)
  return {
    outputs: {
      changed,
      ...bytesIn(document),
      findings: findingsIn(document)?.length ?? '',
      'exit-code': exitCode,
      patch,
    },
    markdown: `${heading(inputs)}\n\n${markdown}`,
    isNews: changed || exitCode !== 0 || hasGrown(document),
  }
}

/** Undefined where the command has none; each file of `ci check` has its own. */
function findingsIn(document: Document): readonly unknown[] | undefined {
  return isOfCi(document) ? document.files.flatMap(({ findings }) => findings) : document.findings
}

function isOfCi(document: Document): document is CiCheckResult {
  return !('growth' in document) && !('units' in document)
}

/** What a rewrite saves, or what a change has saved: negative where it adds. */
function bytesIn(document: Document): Outcome['outputs'] {
  if ('growth' in document)
    return { 'bytes-saved': 0 - document.growth.download, 'installed-saved': 0 - document.growth.installed }
  const saved = isOfCi(document) ? document.savings?.perRun : document.savings?.saved
  return { 'bytes-saved': saved?.download ?? '', 'installed-saved': saved?.installed ?? '' }
}

/** A change of what is installed is what a comment was asked for, whatever the budgets. */
function hasGrown(document: Document): boolean {
  return 'growth' in document && (document.growth.download !== 0 || document.growth.installed !== 0)
}

/** The outcome of a run that ended with an error, which the log shows already. */
export function failureOf(inputs: Inputs, { code, stderr }: Ran): Outcome {
  return {
    outputs: { 'exit-code': code },
    markdown: `${heading(inputs)}\n\n**Failed with exit code ${code}**\n\n${fenced(`${stderr.trim()}\n`, '')}\n`,
    isNews: false,
  }
}

function heading({ command, workingDirectory }: Inputs): string {
  return `### torchpin ${command}${/^\.?$/.test(workingDirectory) ? '' : ` in ${code(workingDirectory)}`}`
}
