import { DEFAULT_CPU_INDEX_URL } from '../contract/options.ts'
import { compareVersions, parseVersion, publicVersion } from '../packaging/version.ts'
import { type CommandOption, optionsNamed } from '../project-files/commands/options.ts'
import type { Edit } from '../text/edits.ts'
import { torchFamily } from '../torch/family.ts'
import { ruleFor } from '../torch/rules.ts'
import { torchUsers } from '../torch/torch-users.ts'
import { askedFor } from './asked-for.ts'
import { addOptions, replaceInWord, replaceOption } from './command-edits.ts'
import { localProjects } from './context.ts'
import { pythonOfInstall } from './environments.ts'
import type { Facts } from './facts.ts'
import { fittingReleases } from './init/linux-releases.ts'
import type { Install } from './install.ts'
import { indexesOfInstall } from './install-indexes.ts'
import { type TorchWant, torchWants } from './torch-wants.ts'

/**
 * The edits that make an install take the CPU builds of the torch family, whatever the public index has. Undefined where they
 * could break a build that works: by a release that the CPU index is not known to have, a package for GPUs, or an index or a
 * constraint that is not known.
 *
 * An install of the torch family alone gets `--index-url`: the CPU index has what the family needs. Beside other packages torch
 * gets a `+cpu` pin, since pip takes the newest release of all indexes. uv keeps the family to one index by `--torch-backend`.
 *
 * @param option that goes: an index, a page of links or a backend
 */
export function cpuFix(install: Install, facts: Facts, option?: CommandOption): Edit[] | undefined {
  const { context } = facts
  const wants = torchWants(install, context)
  const asked = askedFor(install, context)
  const named = wants.filter(({ broughtBy }) => broughtBy === undefined)
  if (
    install.uncertain ||
    isConstrained(install) ||
    optionsNamed(install.options, '--require-hashes').length > 0 ||
    asked.some(({ requirement: { key } }) => isForGpus(key)) ||
    named.some(want => want.url !== undefined || !isOnCpuIndex(want, install, facts))
  )
    return undefined
  const relabelled = pinsAt(
    named.filter(({ label }) => label === 'gpu'),
    install,
    facts,
  )
  if (!relabelled) return undefined
  const put = (name: string, value: string) =>
    option ? replaceOption(install, option, name, value) : addOptions(install, name, value)
  if (install.tool === 'uv pip')
    return hasTorchBackend(facts) ? [...relabelled, put('--torch-backend', 'cpu')] : undefined
  const { indexes, uncertain } = indexesOfInstall(install, context)
  const others = indexes.filter(index => index.option === undefined || index.option !== option)
  const fromFile = asked.some(({ word }) => word === undefined)
  if (install.tool !== 'pip' || uncertain || fromFile || wants.length > named.length) return undefined
  const url = option?.text && /\/cpu\/?$/.test(option.text) ? option.text : DEFAULT_CPU_INDEX_URL
  // pip prefers +cu118 to +cpu of the same release.
  if (others.some(({ kind }) => kind === 'accelerator' || kind === 'stable-page' || kind === 'mixed')) return undefined
  if (isFamilyAlone(install, facts))
    return others.every(({ kind, role, option: given }) => kind === 'cpu' || (role === 'main' && !given))
      ? [...relabelled, put('--index-url', url)]
      : undefined
  // The CPU index replaces the main one where another option names the public index.
  if (option && /^(?:-i|--index-url|--pypi-url)$/.test(option.name)) return undefined
  const exact = named.filter(({ release }) => release !== undefined)
  // The other packages may ask for an older torch.
  if (exact.length === 0 && asked.some(({ requirement: { key } }) => torchUsers.has(key) && !torchFamily.has(key)))
    return undefined
  const pins = exact.length > 0 ? pinsAt(exact, install, facts) : pinOfNewest(named, install, facts)
  const isAsked = others.some(({ kind }) => kind === 'cpu')
  return pins && (isAsked && !option ? pins : [...pins, put('--extra-index-url', url)])
}

/** Files of constraints are not read. */
function isConstrained({ options, command }: Install): boolean {
  return (
    optionsNamed(options, '-c', '--constraint', '--constraints', '--override', '--overrides').length > 0 ||
    ['PIP_CONSTRAINT', 'UV_CONSTRAINT', 'UV_OVERRIDE'].some(name => command.values.has(name))
  )
}

/** The first uv with `--torch-backend`. */
const firstWithBackend = parseVersion('0.6.9')!

/** Whether the uv of a Dockerfile knows the option, as far as the file says which one it is. */
function hasTorchBackend({ dockerfile: { source } }: Facts): boolean {
  return [...source.matchAll(/\b(?:astral-sh\/uv:|uv==|astral\.sh\/uv\/)(\d{1,4}(?:\.\d{1,4}){1,2})\b/g)].every(
    ([, version]) => compareVersions(parseVersion(version!)!, firstWithBackend) >= 0,
  )
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

function isOnCpuIndex(want: TorchWant, install: Install, facts: Facts): boolean {
  return want.label === 'cpu' || newestOf(want, install, facts) !== undefined
}

/** The newest release of the CPU index that a line lets in; for a pin to a GPU build, its CPU build. */
function newestOf({ project, label, release, requirement }: TorchWant, install: Install, { cpuReleases }: Facts) {
  const releases = cpuReleases.get(project) ?? []
  const open = label === 'gpu' && release ? [] : [requirement.specifier]
  return fittingReleases(releases, open, pythonOfInstall(install)).find(
    ({ version }) => !release || compareVersions(publicVersion(version), release) === 0,
  )
}

/**
 * The edit that pins the project which decides the rest of the family to its CPU build: torch itself, else torchvision, which
 * requires one exact torch.
 */
function pinOfNewest(named: readonly TorchWant[], install: Install, facts: Facts): Edit[] | undefined {
  const [deciding] = ['torch', 'torchvision'].flatMap(project => named.filter(want => want.project === project))
  return deciding && pythonOfInstall(install) !== undefined ? pinsAt([deciding], install, facts) : undefined
}

/** The edits that pin each to its CPU build; undefined where one of them cannot be. */
function pinsAt(wants: readonly TorchWant[], install: Install, facts: Facts): Edit[] | undefined {
  const edits = wants.map(want => (want.label === 'cpu' ? [] : pinOf(want, install, facts)))
  return edits.includes(undefined) ? undefined : edits.flatMap(edit => edit ?? [])
}

function pinOf(want: TorchWant, install: Install, facts: Facts): Edit[] | undefined {
  const newest = newestOf(want, install, facts)
  const { word } = want
  const [, name] = /^([\w.-]+)\s*(?:[<>=!~][^;@[\]]*)?$/.exec(word?.value ?? '') ?? []
  if (!newest || !word || name === undefined) return undefined
  const edit = replaceInWord(facts.dockerfile.source, word, `${name}==${newest.version.text}`)
  return edit && [edit]
}
