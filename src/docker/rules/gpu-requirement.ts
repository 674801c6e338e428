import { asArgument } from '../../text/argument.ts'
import { cpuExtras } from '../../torch/extras.ts'
import { ruleFor } from '../../torch/rules.ts'
import { type AskedFor, askedFor, syncOf } from '../asked-for.ts'
import type { Facts, Problem } from '../facts.ts'
import type { Install } from '../install.ts'
import { shippedInstalls } from './torch.ts'

/** Packages for GPUs, and extras that bring CUDA, by the tables that `rewrite` goes by. */
export function* gpuRequirement(facts: Facts): Iterable<Problem> {
  for (const install of shippedInstalls(facts)) {
    const found = [...askedFor(install, facts.context), ...lockedFor(install, facts)].flatMap(asked => {
      const verdict = verdictOn(asked)
      return verdict ? [{ asked, verdict }] : []
    })
    for (const { asked, verdict } of found) {
      const { word, place, written } = asked
      yield {
        code: 'gpu-requirement',
        level: verdict.level,
        in: 'dockerfile',
        span: word?.span ?? install.verb.span,
        message: `${place === undefined ? '' : `${place}: `}${written}: ${verdict.because}`,
        hint: hintFor(verdict, asked),
      }
    }
  }
}

interface Verdict {
  readonly level: 'error' | 'warning'
  /** A clause about the package. */
  readonly because: string
  readonly hint: string
}

function verdictOn({ requirement: { key, name, extras } }: AskedFor): Verdict | undefined {
  const cpu = cpuExtras(key, extras)
  const rule = ruleFor(key)
  if (rule?.action === 'replace')
    return {
      level: rule.runsOnCpu ? 'warning' : 'error',
      because: rule.because,
      hint: [`install ${rule.with} in its place`, ...(rule.hint ? [rule.hint] : [])].join('; '),
    }
  if (rule?.action === 'cuda-only')
    return { level: 'error', because: 'it serves builds for GPUs, and no CPU build needs it', hint: 'leave it out' }
  if (rule?.action === 'drop')
    return {
      level: 'error',
      because: rule.because,
      hint: ['leave it out', ...(rule.hint ? [rule.hint] : [])].join('; '),
    }
  if (cpu !== extras)
    return {
      level: 'error',
      because: `${extras.filter(extra => !cpu.includes(extra)).join(', ')} brings CUDA`,
      hint: `install ${cpu.length > 0 ? `"${name}[${cpu}]"` : name}`,
    }
  if (rule?.action === 'warn')
    return { level: 'warning', because: rule.because, hint: rule.hint ?? 'leave it out where nothing on a CPU uses it' }
  return undefined
}

function hintFor({ hint }: Verdict, { place }: AskedFor): string {
  if (place === undefined) return hint
  const file = place.replace(/:\d+$/, '')
  return /\.(?:toml|lock)$/.test(file) ? hint : `torchpin rewrite ${asArgument(file)} shows what to do: ${hint}`
}

/** What the lock file or pyproject.toml of a project has, apart from what a CUDA build of torch brings: that is said of torch. */
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
