import type { Change, ChangeAction, FileResult, Finding } from '../result.ts'
import { torchFamily } from '../torch/family.ts'

type ChangeCode = Extract<
  Finding['code'],
  | 'not-cpu-build'
  | 'torch-not-named'
  | 'line-missing'
  | 'cpu-index-missing'
  | 'gpu-line'
  | 'not-pinned'
  | 'hashes-of-other-build'
  | 'index-line-marker'
>

const codes: Readonly<Record<ChangeAction, ChangeCode>> = {
  pin: 'not-pinned',
  switch: 'not-cpu-build',
  add: 'line-missing',
  inject: 'cpu-index-missing',
  remove: 'gpu-line',
  replace: 'gpu-line',
  rehash: 'hashes-of-other-build',
}

/** Each thing that a rewrite would change in a file, as a finding at its line. @param remedy the command that does it */
export function changeFindings({ path, changes }: FileResult, remedy: string): Finding[] {
  return changes.map(change => {
    const code = codeOf(change)
    return {
      code,
      level: code === 'not-pinned' ? 'warning' : 'error',
      path,
      line: change.line,
      message: sentence(change),
      hint: remedy,
    }
  })
}

/** What is said of torch itself is about CUDA, and not about any version. */
const codesOfTorch: Readonly<Partial<Record<ChangeAction, ChangeCode>>> = {
  pin: 'not-cpu-build',
  add: 'torch-not-named',
}

function codeOf({ action, name, from, to }: Change): ChangeCode {
  // What only loses its end has lost a marker.
  if (action === 'switch' && to.startsWith('-') && from.startsWith(to)) return 'index-line-marker'
  return (torchFamily.has(name) && codesOfTorch[action]) || codes[action]
}

function sentence({ from, to, reason }: Change): string {
  if (from === '') return `${to} is missing: ${reason}`
  return to === '' ? `${from} has no place here: ${reason}` : `${from} should be ${to}: ${reason}`
}
