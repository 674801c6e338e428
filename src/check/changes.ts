import type { Change, ChangeAction, FileResult, Finding } from '../contract/results/rewrite.ts'
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

/** Each thing that a rewrite would change in a file, as a finding at its line. @param fix the command that does it */
export function changeFindings({ path, changes }: FileResult, fix: string): Finding[] {
  return changes.map(change => {
    const code = codeOf(change)
    return {
      code,
      level: code === 'not-pinned' ? 'warning' : 'error',
      path,
      line: change.line,
      message: sentence(change),
      hint: fix,
    }
  })
}

/** Findings about torch itself are about CUDA, and not about any version. */
const codesOfTorch: Readonly<Partial<Record<ChangeAction, ChangeCode>>> = {
  pin: 'not-cpu-build',
  add: 'torch-not-named',
}

function codeOf({ action, name, from, to }: Change): ChangeCode {
  // A line that only loses its end has lost a marker.
  if (action === 'switch' && to.startsWith('-') && from.startsWith(to)) return 'index-line-marker'
  return (torchFamily.has(name) && codesOfTorch[action]) || codes[action]
}

function sentence(change: Change): string {
  const { from, to, reason } = change
  const wanted = inProject(change) ?? to
  if (from === '') return `${wanted} is missing: ${reason}`
  return to === '' ? `${from} has no place here: ${reason}` : `${from} should be ${wanted}: ${reason}`
}

/** What a project is to say, by what it is: a line of TOML does not tell its table. Undefined: it is no such line. */
function inProject({ action, name, from, to }: Change): string | undefined {
  const [, url] = /^\{ name = .*, url = "([^"]*)", explicit = true \}$/.exec(to) ?? []
  if (url !== undefined) return `the explicit index ${name} (${url})`
  return action === 'add' && from === '' && / = \{ index = /.test(to) ? `the source ${to}` : undefined
}
