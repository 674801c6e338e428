import { asArgument } from '../../text/shell-words.ts'
import { cpuExtras } from '../../torch/extras.ts'
import { ruleFor } from '../../torch/rules.ts'
import { type AskedFor, askedFor, syncOf } from '../asked-for.ts'
import { cpuForms } from '../cpu-forms.ts'
import type { Facts, Problem } from '../facts.ts'
import type { Install } from '../install.ts'
import { shippedInstalls } from './torch.ts'

/** Packages for GPUs, and extras that bring CUDA, by the tables that `rewrite` uses. */
export function* gpuRequirement(facts: Facts): Iterable<Problem> {
  for (const install of shippedInstalls(facts)) {
    const asked = [...askedFor(install, facts.context), ...lockedFor(install, facts)]
    const edits = cpuForms(install, facts)
    for (const group of groupsOf(asked)) {
      const [first] = group
      const verdict = first && verdictOn(group)
      if (!verdict) continue
      const { word, place } = first
      const known = group.map(({ word }) => word && edits.get(word))
      yield {
        code: 'gpu-requirement',
        level: verdict.level,
        in: 'dockerfile',
        span: word?.span ?? install.verb.span,
        message: `${place === undefined ? '' : `${place}: `}${verdict.about}`,
        hint: hintFor(verdict, first),
        ...(!known.includes(undefined) && { edits: known.flatMap(edit => edit ?? []) }),
      }
    }
  }
}

/** Packages that serve CUDA builds are reported together for each file that names them: nvidia-* come by the dozen. */
function groupsOf(asked: readonly AskedFor[]): AskedFor[][] {
  const groups = new Map<unknown, AskedFor[]>()
  for (const each of asked) {
    const isCudaOnly = ruleFor(each.requirement.key)?.action === 'cuda-only'
    const key = isCudaOnly ? fileOf(each) : each
    groups.set(key, [...(groups.get(key) ?? []), each])
  }
  return [...groups.values()]
}

function fileOf({ place }: AskedFor): string | undefined {
  return place?.replace(/:\d+$/, '')
}

interface Verdict {
  readonly level: 'error' | 'warning'
  /** A clause about what is asked for. */
  readonly about: string
  readonly hint: string
}

/** @param group not empty; more than one is what serves CUDA builds */
function verdictOn(group: readonly AskedFor[]): Verdict | undefined {
  const [{ written, requirement }] = group as [AskedFor]
  const { key, name, extras } = requirement
  const cpu = cpuExtras(key, extras)
  const rule = ruleFor(key)
  if (rule?.action === 'cuda-only')
    return group.length === 1
      ? { level: 'error', about: `${written} serves builds for GPUs, and no CPU build needs it`, hint: 'leave it out' }
      : {
          level: 'error',
          about: `${group.map(({ written }) => written).join(', ')} serve builds for GPUs, and no CPU build needs them`,
          hint: 'leave them out',
        }
  if (rule?.action === 'replace')
    return {
      level: rule.runsOnCpu ? 'warning' : 'error',
      about: `${written}: ${rule.because}`,
      hint: [`install ${rule.with} in its place`, ...(rule.hint ? [rule.hint] : [])].join('; '),
    }
  if (rule?.action === 'drop')
    return {
      level: 'error',
      about: `${written}: ${rule.because}`,
      hint: ['leave it out', ...(rule.hint ? [rule.hint] : [])].join('; '),
    }
  if (cpu !== extras)
    return {
      level: 'error',
      about: `${written}: ${extras.filter(extra => !cpu.includes(extra)).join(', ')} brings CUDA`,
      hint: `install ${cpu.length > 0 ? `"${name}[${cpu}]"` : name}`,
    }
  if (rule?.action === 'warn')
    return {
      level: 'warning',
      about: `${written}: ${rule.because}`,
      hint: rule.hint ?? 'leave it out where nothing on a CPU uses it',
    }
  return undefined
}

function hintFor({ hint }: Verdict, asked: AskedFor): string {
  const file = fileOf(asked)
  return file === undefined || /\.(?:toml|lock)$/.test(file)
    ? hint
    : `torchpin rewrite ${asArgument(file)} shows what to do: ${hint}`
}

/** What the lock file or pyproject.toml of a project has, apart from what a CUDA build of torch brings: the rule about torch reports that. */
function lockedFor(install: Install, { context }: Facts): AskedFor[] {
  const project = syncOf(install, context)
  if (!project) return []
  const { torch, asked } = project.needs
  return asked.flatMap(({ requirement, source }) => {
    const action = ruleFor(requirement.key)?.action
    if (action === 'warn' || (action === 'cuda-only' && torch.state === 'cuda')) return []
    return [{ requirement, written: requirement.name, word: undefined, place: source }]
  })
}
