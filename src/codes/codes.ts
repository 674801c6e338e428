import { checkCodes } from './check.ts'
import { initCodes } from './docker-init.ts'
import { errorCodes } from './errors.ts'
import type { CodePage } from './page.ts'
import { rewriteCodes } from './rewrite.ts'
import { troubleCodes } from './troubles.ts'

/** Every code there is, by its family. `torchpin explain` and the pages of `docs/codes` are made from this. */
export const families = [
  { name: 'Requirements files: what rewrite says', codes: rewriteCodes },
  { name: 'Requirements files: what check finds', codes: checkCodes },
  { name: 'Dockerfiles: what docker init asks', codes: initCodes },
  { name: 'What others print', codes: troubleCodes },
  { name: 'What stops a run', codes: errorCodes },
] as const satisfies readonly { readonly name: string; readonly codes: Readonly<Record<string, CodePage>> }[]

type KeysOf<Family> = Family extends { readonly codes: infer Codes } ? keyof Codes : never

/** The word of a finding: what has no page does not compile. */
export type Code = KeysOf<(typeof families)[number]>
