import { DEFAULT_CPU_INDEX_URL } from '../options.ts'
import type { Edit } from '../text/edits.ts'
import { torchFamily } from '../torch/family.ts'
import { ruleFor } from '../torch/rules.ts'
import { askedFor } from './asked-for.ts'
import { addOptions, replaceOption } from './command-edits.ts'
import { localProjects } from './context.ts'
import type { Facts } from './facts.ts'
import { fittingReleases } from './init/linux-releases.ts'
import { type CommandOption, type Install, optionsNamed } from './install.ts'
import { indexesFor } from './install-indexes.ts'
import { pythonOfInstall } from './python-of-install.ts'
import { type TorchWant, torchWants } from './torch-wants.ts'

/**
 * What makes an install take the CPU builds of the torch family, whatever the public index has; undefined where that cannot
 * be told, or could end a build that works: a release that the CPU index is not known to have, a package for GPUs, an index
 * that is not known.
 *
 * `--index-url` where torch and its family are all that is named: the CPU index has what they need. Beside other packages
 * a `+cpu` pin, since pip takes the newest release of all indexes. uv keeps the family to one index by `--torch-backend`.
 *
 * @param option that goes: an index or a page of links
 */
export function cpuFix(install: Install, facts: Facts, option?: CommandOption): Edit[] | undefined {
  if (install.tool !== 'pip' && install.tool !== 'uv pip') return undefined
  const { context } = facts
  const wants = torchWants(install, context)
  const asked = askedFor(install, context)
  const named = wants.filter(({ broughtBy }) => broughtBy === undefined)
  if (
    install.uncertain ||
    optionsNamed(install.options, '--require-hashes').length > 0 ||
    asked.some(({ requirement: { key } }) => isForGpus(key)) ||
    named.some(want => want.label === 'gpu' || want.url !== undefined || !isOnCpuIndex(want, install, facts))
  )
    return undefined
  if (install.tool === 'uv pip') {
    const words = ['--torch-backend', 'cpu']
    return [option ? replaceOption(install, option, ...words) : addOptions(install, ...words)]
  }
  const { indexes, uncertain } = indexesFor(install, context)
  const others = indexes.filter(index => index.option === undefined || index.option !== option)
  const fromFile = asked.some(({ word }) => word === undefined)
  if (uncertain || fromFile || wants.length > named.length) return undefined
  const put = (name: string, url: string) =>
    option ? replaceOption(install, option, name, url) : addOptions(install, name, url)
  const url = option?.text && /\/cpu\/?$/.test(option.text) ? option.text : DEFAULT_CPU_INDEX_URL
  if (isFamilyAlone(install, facts))
    return others.every(({ kind, role, option: given }) => kind === 'cpu' || (role === 'main' && !given))
      ? [put('--index-url', url)]
      : undefined
  // The CPU index in the place of the main one, beside another that is the public one.
  if (option && /^(?:-i|--index-url|--pypi-url)$/.test(option.name)) return undefined
  const pins = pinsOf(named, install, facts)
  const isAsked = others.some(({ kind }) => kind === 'cpu')
  return pins && (isAsked && !option ? pins : [...pins, put('--extra-index-url', url)])
}

function isForGpus(project: string): boolean {
  const rule = ruleFor(project)
  return rule !== undefined && rule.action !== 'pin' && rule.action !== 'offer' && rule.action !== 'index'
}

/** Whether an install names projects of the torch family and nothing else. */
export function isFamilyAlone(install: Install, { context }: Facts): boolean {
  return (
    install.files.length === 0 &&
    localProjects(context, install).length === 0 &&
    optionsNamed(install.options, '-e', '--editable').length === 0 &&
    install.wanted.every(
      ({ statement }) => statement.kind === 'requirement' && torchFamily.has(statement.requirement.key),
    )
  )
}

function fitting({ project, requirement: { specifier } }: TorchWant, install: Install, { cpuReleases }: Facts) {
  return fittingReleases(cpuReleases.get(project) ?? [], [specifier], pythonOfInstall(install))
}

function isOnCpuIndex(want: TorchWant, install: Install, facts: Facts): boolean {
  return want.label === 'cpu' || fitting(want, install, facts).length > 0
}

/**
 * Edits that pin to the CPU build what decides the rest of the family: each exact version, else torch itself, else
 * torchvision, which asks for its torch exactly.
 */
function pinsOf(named: readonly TorchWant[], install: Install, facts: Facts): Edit[] | undefined {
  const exact = named.filter(({ release }) => release !== undefined)
  const deciding =
    exact.length > 0
      ? exact
      : ['torch', 'torchvision'].flatMap(project => named.filter(want => want.project === project)).slice(0, 1)
  if (deciding.length === 0 || (exact.length === 0 && pythonOfInstall(install) === undefined)) return undefined
  const edits = deciding.map(want => (want.label === 'cpu' ? [] : pinOf(want, install, facts)))
  return edits.includes(undefined) ? undefined : edits.flatMap(edit => edit ?? [])
}

function pinOf(want: TorchWant, install: Install, facts: Facts): Edit[] | undefined {
  const [newest] = fitting(want, install, facts)
  const { word } = want
  const [, name] = /^([\w.-]+)\s*(?:[<>=!~][^;@[\]]*)?$/.exec(word?.value ?? '') ?? []
  if (!newest || !word || name === undefined) return undefined
  const at = facts.dockerfile.source.slice(word.span.start, word.span.end).indexOf(word.value!)
  if (at < 0) return undefined
  const start = word.span.start + at
  return [{ start, end: start + word.value!.length, text: `${name}==${newest.version.text}` }]
}
