import type { Specifier } from '../packaging/specifier.ts'
import { parseVersion, publicVersion, type Version } from '../packaging/version.ts'
import { isAcceleratorLabel, torchFamily } from '../torch/family.ts'
import { ruleFor } from '../torch/rules.ts'
import { torchUsers } from '../torch/torch-users.ts'
import { type AskedFor, askedFor, projectsOf } from './asked-for.ts'
import type { BuildContext } from './context.ts'
import type { Install } from './install.ts'

/** A project of the torch family that an install takes. */
export interface TorchWant extends AskedFor {
  /** Canonical. */
  readonly project: string
  /** The package that is asked for and brings it; undefined: it is asked for itself. */
  readonly broughtBy: string | undefined
  /** The release that `==` asks for, its label left out. */
  readonly release: Version | undefined
  /** An upper bound keeps newer releases out: `<2.6`, `~=2.5`. */
  readonly capped: boolean
  /** Which build the version, or the file name of a URL, asks for by its label. */
  readonly label: 'cpu' | 'gpu' | undefined
  readonly url: string | undefined
}

/** What an install takes of the torch family: what it asks for, and what comes with other packages that it asks for. */
export function torchWants(install: Install, context: BuildContext): TorchWant[] {
  // uv takes these from the index that pyproject.toml binds them to.
  const bound = new Set(
    projectsOf(install, context)
      .filter(({ needs }) => needs.torch.state === 'cpu' && !needs.complete)
      .map(({ file }) => file),
  )
  const asked = askedFor(install, context).filter(({ place }) => !bound.has(place ?? ''))
  const named = asked.flatMap(wantOf)
  const taken = new Set(named.map(({ project }) => project))
  const brought = asked.flatMap(one => {
    const { key, name, url } = one.requirement
    const others = torchUsers.get(key)
    // Another rule removes a package for GPUs itself.
    if (!others || torchFamily.has(key) || url !== undefined || ruleFor(key)?.action === 'drop') return []
    return ['torch', ...others].flatMap(project => {
      if (taken.has(project)) return []
      taken.add(project)
      const floats = { release: undefined, capped: false, label: undefined, url: undefined }
      return [{ ...one, project, broughtBy: name, ...floats }]
    })
  })
  return [...named, ...brought]
}

function wantOf(asked: AskedFor): TorchWant[] {
  const { key: project, specifier, url } = asked.requirement
  if (!torchFamily.has(project)) return []
  const exact = specifier.clauses.find(isExact)
  const version = exact && parseVersion(exact.version)
  return [
    {
      ...asked,
      project,
      broughtBy: undefined,
      release: version && publicVersion(version),
      capped: specifier.clauses.some(({ operator }) => /^(?:<=?|~=|==)$/.test(operator)),
      label: labelOf(version) ?? (url === undefined ? undefined : labelOfUrl(url)),
      url,
    },
  ]
}

function isExact({ operator, version }: Specifier): boolean {
  return (operator === '==' || operator === '===') && !version.endsWith('*')
}

function labelOf(version: Version | undefined): 'cpu' | 'gpu' | undefined {
  const label = version?.local
  if (label === undefined) return undefined
  return label.startsWith('cpu') ? 'cpu' : isAcceleratorLabel(label) ? 'gpu' : undefined
}

function labelOfUrl(url: string): 'cpu' | 'gpu' | undefined {
  if (/(?:%2B|\+|\/)cpu(?:[-./]|$)/i.test(url)) return 'cpu'
  return /(?:%2B|\+|\/)(?:cu\d{2,3}|rocm[\d.]+)(?:[-./]|$)/i.test(url) ? 'gpu' : undefined
}
