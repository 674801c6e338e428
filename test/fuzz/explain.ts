import assert from 'node:assert/strict'
import fc from 'fast-check'
import { explanations } from '../../src/contract/codes/codes.ts'
import { TorchpinError } from '../../src/contract/errors.ts'
import { explain } from '../../src/explain/explain.ts'
import { type FuzzTarget, outcomeOf, target } from './target.ts'

const words = explanations().flatMap(({ code, symptoms = [] }) => [code, ...symptoms.flatMap(of => of.split('…'))])
const around = [
  '\n',
  ' ',
  '`',
  '…',
  "You're on ",
  '(from versions: ',
  'site-packages/',
  'libcu',
  'nvidia-',
  'torch==2+cpu',
]

/** Logs that are made of what the pages look for, and of anything. */
const logs = fc
  .array(fc.oneof(fc.constantFrom(...words), fc.constantFrom(...around), fc.string({ unit: 'binary', maxLength: 8 })), {
    maxLength: 20,
  })
  .map(parts => parts.join(''))

/** What the page finders of `explain` take. */
export const explainTargets: readonly FuzzTarget[] = [
  target('messages of other tools', logs, log =>
    outcomeOf(
      () => {
        for (const { here, symptom, symptoms = [] } of explain(log)) {
          assert(here === undefined || !here.includes('\n'))
          assert(symptom === undefined || symptoms.includes(symptom))
        }
      },
      error => error instanceof TorchpinError && error.code === 'BAD_OPTION',
    ),
  ),
]
