import type { IndexDecision } from '../formats/decision.ts'
import type { IndexOption } from '../formats/index-option.ts'
import { torchFamily } from '../torch/family.ts'
import { readTorchIndexUrl, sameIndex, switchesMainIndex } from '../torch/index-urls.ts'
import { type CpuSideIndex, cpuSideIndex } from '../torch/side-indexes.ts'
import { type IndexStyleName, type IndexStyleRule, indexStyleRules, page } from './index-styles.ts'

const cpuReason = 'the CPU builds are on their own index'

/**
 * Turns the options that name a CUDA build's index into the CPU index: `…/whl/cu118`, the frozen `torch_stable.html`,
 * find-links pages of an accelerator. One that would name the index a second time goes, and so does one that the style
 * has no use for.
 */
export function switchIndexes(
  options: readonly IndexOption[],
  cpuIndexUrl: string,
  style: IndexStyleName,
): IndexDecision[] {
  if (style === 'none') return []
  const decisions: IndexDecision[] = []
  let named = options.some(
    ({ name, effective, url = '' }) => name === 'extra-index-url' && effective && sameIndex(url, cpuIndexUrl),
  )
  for (const option of options) {
    const url = option.effective ? option.url : undefined
    if (option.name === 'index-url') {
      if (url !== undefined && switchesMainIndex(url, cpuIndexUrl)) decisions.push(switched(option, cpuIndexUrl))
      continue
    }
    const why = whyReplaced(option, cpuIndexUrl, style)
    if (why === undefined) continue
    if (style !== 'extra-index-url' || named) decisions.push(removed(option, why))
    else decisions.push(switched(option, cpuIndexUrl, cpuReason, option.name === 'find-links'))
    named = true
  }
  return decisions
}

/** Why an option gives way to the style in which the CPU index is named; undefined: it does not. */
function whyReplaced(option: IndexOption, cpuIndexUrl: string, style: IndexStyleName): string | undefined {
  const { replaces }: IndexStyleRule = indexStyleRules[style]
  const url = option.effective ? option.url : undefined
  const kind = url ? readTorchIndexUrl(url, cpuIndexUrl)?.kind : undefined
  const isOfCuda =
    kind === 'accelerator' || kind === 'stable-page' || (kind === 'mixed' && option.name === 'extra-index-url')
  if (isOfCuda) return 'it leads to CUDA builds'
  const isReplaced =
    (kind === 'cpu' && option.name !== 'index-url' && replaces.includes(option.name)) ||
    (style === 'direct-url' && option.name === 'find-links' && isCpuPage(option, cpuIndexUrl))
  return isReplaced ? 'the CPU wheels are named in another way' : undefined
}

/** Whether an option names the page of a project on the CPU index, as torchpin itself writes it. */
function isCpuPage({ value }: IndexOption, cpuIndexUrl: string): boolean {
  return [...torchFamily].some(project => sameIndex(value, page(cpuIndexUrl, project)))
}

/**
 * Leads links to other projects' own wheels to those for CPU and for the torch that is installed.
 *
 * @param torch its public release; undefined: none is installed
 */
export function moveSideIndexes(options: readonly IndexOption[], torch: string | undefined): IndexDecision[] {
  return sideIndexesIn(options, torch).map(({ option, moved: { url, projects } }) =>
    switched(option, url, `${projects.join(', ')} for CPU${torch ? ` and torch ${torch}` : ''}`),
  )
}

/** The options that lead to other projects' own wheels for an accelerator or another torch, and where they have to lead. */
export function sideIndexesIn(
  options: readonly IndexOption[],
  torch: string | undefined,
): { readonly option: IndexOption; readonly moved: CpuSideIndex }[] {
  return options.flatMap(option => {
    const moved = option.usesEnvironment ? undefined : cpuSideIndex(option.value, torch)
    return moved ? [{ option, moved }] : []
  })
}

/**
 * Takes away markers behind index options, which are none: pip drops them and uv refuses the line.
 *
 * @param others what is decided about the options besides; those of a line of which something is decided stay
 */
export function removeMarkers(options: readonly IndexOption[], others: readonly IndexDecision[]): IndexDecision[] {
  const starts = new Set(others.map(({ at }) => at.start))
  const changed = new Set(options.filter(({ at }) => starts.has(at.start)).map(({ line }) => line))
  return options
    .filter(({ marked, line }) => marked && !changed.has(line))
    .map(({ at, name }) => ({
      kind: 'remove-marker',
      at,
      name,
      reason: 'what is behind an index is no marker: pip drops it, and uv refuses the line',
    }))
}

function switched(
  { at, name, marked }: IndexOption,
  url: string,
  why = cpuReason,
  asExtraIndex = false,
): IndexDecision {
  const reason = marked ? `${why}, and an index takes no marker` : why
  return { kind: 'switch-index', at, name, url, option: asExtraIndex ? 'extra-index-url' : undefined, reason }
}

function removed({ at, name }: IndexOption, reason: string): IndexDecision {
  return { kind: 'remove-index', at, name, reason }
}
