import { auditCodes } from './audit.ts'
import { checkCodes } from './check.ts'
import { dockerCodes } from './docker.ts'
import { initCodes } from './docker-init.ts'
import { errorCodes } from './errors.ts'
import { installTroubleCodes } from './install-troubles.ts'
import type { CodePage } from './page.ts'
import { rewriteCodes } from './rewrite.ts'
import { runTimeTroubleCodes } from './run-time-troubles.ts'

/** Every code there is, by its family. `torchpin explain` and the pages of `docs/codes` are made from this. */
export const families = [
  { name: 'Requirements files: what rewrite says', codes: rewriteCodes },
  { name: 'Requirements files: what check finds', codes: checkCodes },
  { name: 'Dockerfiles: what docker check finds', codes: dockerCodes },
  { name: 'Dockerfiles: what docker init asks', codes: initCodes },
  { name: 'Environments and images: what audit finds', codes: auditCodes },
  { name: 'What others print', codes: { ...installTroubleCodes, ...runTimeTroubleCodes } },
  { name: 'What stops a run', codes: errorCodes },
] as const satisfies readonly { readonly name: string; readonly codes: Readonly<Record<string, CodePage>> }[]

/** The codes of a family. */
type KeysOf<Family> = Family extends { readonly codes: infer Codes } ? keyof Codes : never

/** The word of a finding: what has no page does not compile. */
export type Code = KeysOf<(typeof families)[number]>
