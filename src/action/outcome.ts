import type { CheckResult } from '../check.ts'
import { code, fenced } from '../report/markdown-text.ts'
import type { RewriteResult } from '../result.ts'
import type { Inputs } from './inputs.ts'
import type { Ran } from './run.ts'

/** What came out of a run, for the workflow and for readers. */
export interface Outcome {
  readonly outputs: Readonly<Record<string, string | number | boolean>>
  /** For the summary of the job and for the comment. */
  readonly markdown: string
  /** Something to do, so that a pull request without a comment gets one. */
  readonly isNews: boolean
}

/** The document that `--format json` gives: of `rewrite`, or of `check`, which has more. */
export type Document = RewriteResult & Partial<CheckResult>

/** The outcome of a run that came to its end. @param patch where the differences are, empty where there are none */
export function outcomeOf(
  inputs: Inputs,
  exitCode: number,
  document: Document,
  markdown: string,
  patch: string,
): Outcome {
  const { files, savings, findings } = document
  const changed = files.some(file => file.changed)
  return {
    outputs: {
      changed,
      'bytes-saved': savings?.saved.download ?? '',
      'installed-saved': savings?.saved.installed ?? '',
      findings: findings?.length ?? '',
      'exit-code': exitCode,
      patch,
    },
    markdown: `${heading(inputs)}\n\n${markdown}`,
    isNews: changed || exitCode !== 0,
  }
}

/** The outcome of a run that ended with an error, which the log tells already. */
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
