import { auditCodes } from './audit.ts'
import { checkCodes } from './check.ts'
import { ciCodes } from './ci.ts'
import { dockerCodes } from './docker.ts'
import { initCodes } from './docker-init.ts'
import { errorCodes } from './errors.ts'
import { installTroubleCodes } from './install-troubles.ts'
import type { CodePage } from './page.ts'
import { projectCodes } from './projects.ts'
import { rewriteCodes } from './rewrite.ts'
import { runTimeTroubleCodes } from './run-time-troubles.ts'

/** Every code there is, by its family. `torchpin explain` and the pages of `docs/codes` are made from this. */
const families = [
  { name: 'Requirements files: what rewrite says', codes: rewriteCodes },
  { name: 'Requirements files: what check finds', codes: checkCodes },
  { name: 'Projects of uv and Poetry', codes: projectCodes },
  { name: 'Dockerfiles: what docker check finds', codes: dockerCodes },
  { name: 'Dockerfiles: what docker init asks', codes: initCodes },
  { name: 'Install commands: what ci check finds', codes: ciCodes },
  { name: 'Environments and images: what audit finds', codes: auditCodes },
  { name: 'What others print', codes: { ...installTroubleCodes, ...runTimeTroubleCodes } },
  { name: 'What stops a run', codes: errorCodes },
] as const satisfies readonly { readonly name: string; readonly codes: Readonly<Record<string, CodePage>> }[]

/** The codes of a family. */
type KeysOf<Family> = Family extends { readonly codes: infer Codes } ? keyof Codes : never

/** The word of a finding: what has no page does not compile. */
export type Code = KeysOf<(typeof families)[number]>

/** A code with what there is to know about it. */
export interface Explanation extends CodePage {
  readonly code: Code
  /** What the code is about, as the list of codes is divided. */
  readonly family: string
  /** What the message that was given shows by itself. */
  readonly here?: string
  /** The one of its symptoms by which a message led here. */
  readonly symptom?: string
}

/** All codes, family by family. */
export function explanations(): Explanation[] {
  return families.flatMap(({ name, codes }) =>
    Object.entries<CodePage>(codes).map(([code, page]) => ({ code: code as Code, family: name, ...page })),
  )
}
