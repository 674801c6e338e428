import type { Code } from '../contract/codes/codes.ts'
import type { AuditFinding } from '../contract/results/audit.ts'
import { canonicalizeName } from '../packaging/names.ts'
import { counted, formatBytes } from '../text/bytes.ts'
import { firstNames } from '../text/lists.ts'
import { cudaOnly, torchFamily } from '../torch/family.ts'
import { ruleFor } from '../torch/rules.ts'
import type { Distribution } from './distributions.ts'
import { bytesOf, type FoundTorch, type Holding, type Inventory } from './inventory.ts'
import type { Deleted } from './layers.ts'
import type { Contents } from './read.ts'

const rewriteHint = 'torchpin rewrite requirements.txt pins what is installed to CPU builds'
/** Owners named before the rest is counted. */
const NAMES = 3

/** What is found of accelerators in a tree: one finding for a package, a toolkit, a folder of leftovers. */
export function acceleratorFindings({ distributions, holdings, torch }: Inventory): AuditFinding[] {
  const found = [...grouped(holdings)].map(([, group]) => groupFinding(group, torch))
  const reported = new Set(found.flatMap(({ distribution }) => distribution ?? []))
  return [
    ...found,
    // A build for CUDA whose libraries are elsewhere, or were taken away, does not load either.
    ...torch
      .filter(build => builtFor(build) && !(build.owner && reported.has(build.owner.name)))
      .map(build => torchFinding(build, [])),
    ...distributions.filter(({ name }) => !reported.has(name)).flatMap(ordinaryNames),
  ]
}

/** Findings about files that layers bring and later ones delete or replace: they still ship. */
export function deletedFindings(deleted: readonly Deleted[]): AuditFinding[] {
  return deleted.map(({ layer, holdings }) => {
    const heaviest = holdings.toSorted((a, b) => b.file.size - a.file.size)
    const owners = [...new Set(heaviest.map(({ owner, path }) => owner?.name ?? folderOf(path)))]
    return {
      ...about('deleted-but-shipped', 'error', holdings),
      message: `layer ${layer} ships ${weightOf(holdings)} of ${firstNames(owners, NAMES)} that a later layer deletes or replaces`,
      hint: 'delete it in the RUN that installs it, or better, do not install it: what a later layer deletes still ships',
    }
  })
}

function ordinaryNames({ name, project, version, path }: Distribution): AuditFinding[] {
  const rule = ruleFor(project)
  const gpuBuild = rule?.action === 'replace' || rule?.action === 'offer'
  if (!gpuBuild && project !== 'catboost') return []
  return [
    {
      code: 'device-code',
      level: 'info',
      path,
      message: `${name} ${version} carries code for GPUs in files of ordinary names`,
      ...(gpuBuild && { hint: `${rule.with} is the build without it` }),
      distribution: name,
    },
  ]
}

/** By owner, then by toolkit, then by folder; the library of the driver belongs to no package. */
function grouped(holdings: readonly Holding[]): Map<unknown, Holding[]> {
  const groups = new Map<unknown, Holding[]>()
  for (const holding of holdings) {
    const { owner, toolkit, path, accelerator } = holding
    const key = accelerator === 'driver' && !owner ? `driver ${folderOf(path)}` : (owner ?? toolkit ?? folderOf(path))
    const group = groups.get(key)
    if (group) group.push(holding)
    else groups.set(key, [holding])
  }
  return groups
}

function groupFinding(group: readonly Holding[], torch: readonly FoundTorch[]): AuditFinding {
  const { owner, toolkit, path, accelerator } = group[0]!
  const build = owner && torch.find(of => of.owner === owner && builtFor(of))
  if (build) return torchFinding(build, group)
  if (owner) return packageFinding(owner, group)
  if (toolkit !== undefined && accelerator !== 'driver')
    return {
      ...about('cuda-toolkit', 'error', group),
      message: `/${toolkit} is a toolkit for GPUs: ${weightOf(group)}`,
      hint: 'build from an image without it, such as python:3.11-slim',
    }
  if (accelerator === 'driver')
    return {
      ...about('cuda-driver', 'error', group),
      message: `${group.map(of => baseName(of.path)).join(', ')} is a part of the NVIDIA driver, which comes from the host`,
      hint: 'take it out: where there is a GPU, the container runtime brings its own',
    }
  return {
    ...about('cuda-leftovers', 'error', group),
    message: `${folderOf(path)} has libraries for GPUs that belong to no package: ${weightOf(group)}`,
    hint: 'make the environment or the image anew: an uninstall or a copy left them behind',
  }
}

function torchFinding(build: FoundTorch, group: readonly Holding[]): AuditFinding {
  const { version, path, owner } = build
  const release = version.replace(/\+.*$/s, '')
  return {
    ...(group.length > 0 ? about('cuda-torch', 'error', group) : { code: 'cuda-torch', level: 'error' }),
    path: `${path}/version.py`,
    message: `torch ${version} is built for ${builtFor(build)}${group.length > 0 ? `: ${weightOf(group)} for GPUs alone` : ''}`,
    hint: `install torch==${release}+cpu; ${rewriteHint}`,
    ...(owner && { distribution: owner.name }),
  }
}

function packageFinding({ name, project, version }: Distribution, group: readonly Holding[]): AuditFinding {
  const what = `${name} ${version}`.trim()
  if (cudaOnly.has(project))
    return {
      ...about('cuda-package', 'error', group),
      message: `${what} is there for GPU builds alone: ${weightOf(group)}`,
      hint: 'a CPU build of torch does not ask for it; torchpin rewrite takes its line out',
      distribution: name,
    }
  return {
    ...about('cuda-in-package', 'error', group),
    message: `${what} carries libraries for GPUs: ${weightOf(group)}`,
    hint: replacement({ name, project, version }),
    distribution: name,
  }
}

const rewritable: ReadonlySet<string> = new Set(['cuda-torch', 'cuda-package', 'deleted-but-shipped'])

/** Whether torchpin rewrite, and a new install, rid an environment of what was found. */
export function isFixedByRewrite({ code, distribution = '' }: Pick<AuditFinding, 'code' | 'distribution'>): boolean {
  if (rewritable.has(code)) return true
  const action = code === 'cuda-in-package' ? ruleFor(canonicalizeName(distribution))?.action : undefined
  return action !== undefined && action !== 'warn' && action !== 'offer'
}

function replacement({ name, project, version }: Pick<Distribution, 'name' | 'project' | 'version'>): string {
  if (torchFamily.has(project)) return `install ${project}==${version.replace(/\+.*$/s, '')}+cpu; ${rewriteHint}`
  const rule = ruleFor(project)
  if (rule?.action === 'replace' || rule?.action === 'offer') return `install ${rule.with} in its place`
  if (rule && 'because' in rule) return rule.hint === undefined ? rule.because : `${rule.because}; ${rule.hint}`
  return `where no build of ${name} without CUDA is to be had and it works on a CPU, --accept ${name} lets it pass; else leave it out`
}

/** The parts of a finding that its files determine. */
function about(code: Code, level: AuditFinding['level'], holdings: readonly Holding[]) {
  const files = holdings
    .map(({ path, file }) => ({ path, bytes: file.size }))
    .toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1))
  return { code, level, path: files[0]!.path, bytes: bytesOf(holdings), files }
}

function weightOf(holdings: readonly Holding[]): string {
  return `${formatBytes(bytesOf(holdings))} in ${counted(holdings.length, 'file')}`
}

function builtFor({ cuda, hip }: FoundTorch): string | undefined {
  return cuda !== null ? `CUDA ${cuda}` : hip !== null ? `ROCm ${hip}` : undefined
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/'))) || '/'
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/**
 * Turns the findings about accepted packages into remarks, which are reported and fail nothing. A finding about something that a
 * layer ships and a later one deletes is about the layer, whatever package it was.
 *
 * @param names of packages, spelled in any way
 */
export function acceptFindings(findings: readonly AuditFinding[], names: readonly string[]): AuditFinding[] {
  const accepted = new Set(names.map(canonicalizeName))
  return findings.map(finding => {
    const { distribution, hint, ...rest } = finding
    return distribution !== undefined && accepted.has(canonicalizeName(distribution)) && finding.level === 'error'
      ? { ...rest, distribution, level: 'info', accepted: true, message: `${finding.message}; accepted` }
      : finding
  })
}

/** What is worth knowing besides accelerators. */
export function asides(path: string, { image }: Contents, { distributions }: Inventory): AuditFinding[] {
  const illegal = (image?.layers ?? []).flatMap(({ layer }, i) =>
    layer.illegalWhiteouts.map(
      (whiteout): AuditFinding => ({
        code: 'illegal-whiteout',
        level: 'warning',
        path: whiteout,
        message: `layer ${i + 1} has a whiteout that means nothing, and it was passed over`,
      }),
    ),
  )
  const empty: AuditFinding = {
    code: 'no-python-packages',
    level: 'info',
    path,
    message: 'no Python package was found, so what is there belongs to none',
  }
  return distributions.length === 0 ? [...illegal, empty] : illegal
}
