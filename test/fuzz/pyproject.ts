import assert from 'node:assert/strict'
import { TorchpinError } from '../../src/contract/errors.ts'
import type { PyprojectManifest } from '../../src/formats/project-manifest.ts'
import { edit } from '../../src/formats/toml/pyproject/edit.ts'
import { applyEdits } from '../../src/text/edits.ts'
import { projectTexts, scriptTexts } from '../arbitraries/projects.ts'
import { isDone, restOf } from '../formats/pyproject/meaning.ts'
import { type AnyDecision, read } from '../formats/pyproject/written.ts'
import { type FuzzTarget, type Outcome, outcomeOf, target } from './target.ts'

export const pyprojectTargets: readonly FuzzTarget[] = [
  target('pyproject.toml', projectTexts, text => editsSafely(text, 'toml')),
  target('metadata of a script', scriptTexts, text => editsSafely(text, 'py')),
]

/** Whatever is decided is done and nothing else changes, or it is refused in words. */
function editsSafely(text: string, extension: 'toml' | 'py'): Outcome {
  return outcomeOf(
    () => {
      const manifest = read(text, { extension })
      for (const decisions of [lasting, [...lasting, ...aboutEntries(manifest)]]) {
        const after = read(applyEdits(manifest.source, edit(manifest, decisions).edits), { extension })
        for (const decision of decisions) assert(isDone(decision, manifest, after), JSON.stringify(decision))
        assert.deepEqual(
          restOf(after.source, { extension }, decisions, manifest),
          restOf(manifest.source, { extension }, decisions, manifest),
        )
        assert.deepEqual(edit(after, lasting).edits, [])
      }
    },
    error => error instanceof TorchpinError && /^FILE_UN(?:READ|WRIT)ABLE$/.test(error.code),
  )
}

const url = 'https://download.pytorch.org/whl/cpu'
const reason = 'CPU build'
/** Decisions that mean the same a second time. */
const lasting: readonly AnyDecision[] = [
  { kind: 'name-explicit-index', inPlaceOf: undefined, name: 'pytorch-cpu', url, reason },
  { kind: 'anchor', group: 'cpu-torch', projects: ['torch'], reason },
  { kind: 'bind', project: 'torch', index: 'pytorch-cpu', reason },
  { kind: 'unbind', project: 'triton', reason },
]

/** The first requirement goes, where the anchor does not ask for the same. */
function aboutEntries({ entries, syntax }: PyprojectManifest): AnyDecision[] {
  const entry = entries.find(({ text }) => text !== undefined && /^[ab]$/.test(text))
  return entry && syntax !== 'poetry' ? [{ kind: 'remove', at: entry.at, name: 'a', reason }] : []
}
