import { DEFAULT_CPU_INDEX_URL } from '../../contract/options.ts'
import { compareVersions, parseVersion } from '../../packaging/version.ts'
import { optionsNamed } from '../../project-files/commands/options.ts'
import { rootOf } from '../../project-files/dockerfile/dockerfile.ts'
import type { Edit } from '../../text/edits.ts'
import { firstNames } from '../../text/lists.ts'
import { asArgument } from '../../text/shell-words.ts'
import { isAcceleratorLabel, torchFamily } from '../../torch/family.ts'
import { cpuSideIndex, isSideIndex, torchOfSideIndex } from '../../torch/side-indexes.ts'
import { filesOf, needsOfScript, syncOf } from '../asked-for.ts'
import { localProjects, projectFolder } from '../context.ts'
import { cpuFix, isFamilyAlone } from '../cpu-fix.ts'
import { environmentOfInstall, isShipped, pythonOfInstall } from '../environments.ts'
import type { Facts, Problem } from '../facts.ts'
import { libcOf, mayHoldTorch } from '../images.ts'
import type { TorchNeed } from '../init/needs.ts'
import type { Install } from '../install.ts'
import { indexesOfInstall, torchBackendOf, type UsedIndex } from '../install-indexes.ts'
import { scriptRunsOf } from '../script-runs.ts'
import type { ProjectNeeds } from '../torch-project.ts'
import { type TorchWant, torchWants } from '../torch-wants.ts'

/** The installs that put Python packages into the image, as far as the file shows. */
export function shippedInstalls({ installs, shipped, used }: Facts): Install[] {
  return installs.filter(
    install => !install.command.conditional && install.verb.value !== 'uninstall' && isShipped(install, shipped, used),
  )
}

/** From this release on the wheels of the public index for aarch64 carry CUDA. */
const firstCudaOnArm = parseVersion('2.11.0')!

/** torch from the public index, and `+cpu` pins that no index in use has. */
export function* torchWithoutCpuIndex(facts: Facts): Iterable<Problem> {
  const { context } = facts
  yield* scriptProblems(facts)
  for (const install of shippedInstalls(facts)) {
    const root = rootOf(install.stage)
    if (root.image === undefined || mayHoldTorch(root.image) || libcOf(root.image) === 'musl') continue
    const problem = projectProblem(facts, install)
    if (problem) yield problem
    const takesProject = install.tool === 'uv' || install.tool === 'poetry'
    if (problem || (takesProject && install.verb.value !== 'add')) continue
    if (torchBackendOf(install) !== undefined || projectBackendOf(install, context) !== undefined) continue
    if (optionsNamed(install.options, '--no-index').length > 0 || install.command.values.has('PIP_NO_INDEX')) continue
    const wants = torchWants(install, context).filter(want => want.label !== 'gpu' && !isThere(facts, install, want))
    if (wants.length === 0) continue
    const { indexes: all, uncertain } = indexesOfInstall(install, context)
    if (uncertain) continue
    // Pages with wheels of other projects have no torch.
    const indexes = all.filter(({ url }) => !isSideIndex(url))
    const outranked = isOutranked(install, indexes) && !isHeld(install, wants, context)
    if (!outranked && indexes.some(({ kind }) => kind !== 'public')) continue
    const missing = wants.filter(
      want => want.url === undefined && !isCpuOnArm(root.platform, want) && !(outranked && want.label === 'cpu'),
    )
    const [first] = missing
    if (!first) continue
    const inFile = missing.find(({ word }) => word === undefined)
    const index = outranked
      ? indexes.find(({ kind, role, option }) => kind === 'cpu' && role !== 'main' && option)
      : undefined
    const edits = cpuFix(install, facts, index?.option)
    yield {
      code: outranked ? 'cpu-index-outranked' : 'torch-without-cpu-index',
      level: outranked ? 'warning' : 'error',
      in: 'dockerfile',
      span: first.word?.span ?? install.verb.span,
      message: outranked
        ? `${namedIn(missing)}: pip takes the newest release of all indexes, and the public one may be ahead of the index of CPU builds`
        : first.label === 'cpu'
          ? `${namedIn(missing)}: builds with +cpu are on the index of CPU builds alone, and this install does not ask it`
          : `${namedIn(missing)} ${missing.length > 1 ? 'come' : 'comes'} from the public index here, whose Linux builds carry CUDA`,
      hint: inFile ? hintForFile(inFile.place!, install) : hintFor(install, missing, edits, facts),
      ...(edits && { edits }),
    }
  }
}

/** `torch, torchaudio and torchvision (brought by docling)`. */
function namedIn(wants: readonly TorchWant[]): string {
  const groups = new Map<string, string[]>()
  for (const { project, broughtBy, place } of wants) {
    const about = [broughtBy === undefined ? [] : `brought by ${broughtBy}`, place ?? []].flat().join(', ')
    groups.set(about, [...(groups.get(about) ?? []), project])
  }
  return [...groups]
    .map(([about, projects]) => [...new Set(projects)].join(' and ') + (about === '' ? '' : ` (${about})`))
    .join(', ')
}

function hintForFile(place: string, { tool }: Install): string {
  const file = place.replace(/:\d+$/, '')
  if (/\.lock$/.test(file))
    return `let uv export write the index (--emit-index-url), or install with uv sync, once ${file} locks a CPU build`
  if (/\.toml$/.test(file))
    return tool === 'uv pip'
      ? 'add --torch-backend cpu'
      : `install torch first, in a command of its own with --index-url ${DEFAULT_CPU_INDEX_URL}`
  return `torchpin rewrite ${asArgument(file)} pins it to the CPU build and names the index`
}

function hintFor(
  install: Install,
  missing: readonly TorchWant[],
  edits: readonly Edit[] | undefined,
  facts: Facts,
): string {
  const { tool } = install
  if (tool === 'uv pip') return 'add --torch-backend cpu'
  if (tool !== 'pip') return `name ${DEFAULT_CPU_INDEX_URL} as the source of torch in pyproject.toml, and lock again`
  if (
    edits?.length === 1 ||
    (!edits && missing.every(({ broughtBy }) => broughtBy === undefined) && isFamilyAlone(install, facts))
  )
    return `use --index-url ${DEFAULT_CPU_INDEX_URL}`
  const projects = [...new Set(missing.map(({ project }) => project))].join(' ')
  return edits
    ? `pin the +cpu build, and add --extra-index-url ${DEFAULT_CPU_INDEX_URL}`
    : `install ${projects} first, in a command of its own with --index-url ${DEFAULT_CPU_INDEX_URL}`
}

/**
 * Whether the public index is asked as well as the CPU index, and the newer release of the two wins. uv asks an extra index
 * before the main one and stops at the first that has the project, unless a flag makes it compare.
 */
function isOutranked(install: Install, indexes: readonly UsedIndex[]): boolean {
  const mains = indexes.filter(({ role }) => role === 'main')
  const publicIsAsked =
    mains.length === 0 || indexes.some(({ kind, role }) => kind === 'public' && (role !== 'main' || mains.length === 1))
  const compares =
    install.tool === 'pip' ||
    optionsNamed(install.options, '--index-strategy').some(({ text }) => /^unsafe/.test(text ?? '')) ||
    /^unsafe/.test(install.command.values.get('UV_INDEX_STRATEGY') ?? '')
  return (
    compares &&
    publicIsAsked &&
    indexes.some(({ kind }) => kind === 'cpu') &&
    indexes.every(({ kind }) => /^(?:cpu|public)$/.test(kind))
  )
}

/**
 * Whether lines restrict the family to releases that both indexes have: an exact version, or a bound. Of two equal releases
 * pip takes the one with the label. An exact version also holds the projects that are paired with it.
 */
function isHeld(install: Install, wants: readonly TorchWant[], context: Facts['context']): boolean {
  const constrained =
    optionsNamed(install.options, '-c', '--constraint', '--constraints').length > 0 ||
    ['PIP_CONSTRAINT', 'UV_CONSTRAINT'].some(name => install.command.values.has(name))
  const all = torchWants(install, context)
  return (
    constrained || all.some(({ release }) => release !== undefined) || wants.every(({ capped, url }) => capped || url)
  )
}

/** What a lock file or pyproject.toml takes torch from. */
function projectProblem({ context }: Facts, install: Install): Problem | undefined {
  const project = syncOf(install, context)
  return project && needsProblem(install, context, project, 'pyproject.toml')
}

/** Where scripts that uv runs take torch from, by their metadata. */
function* scriptProblems({ context, shipped }: Facts): Iterable<Problem> {
  for (const run of shipped.flatMap(scriptRunsOf)) {
    const needs = run.command.conditional ? undefined : needsOfScript(run, context)
    const problem = needs && needsProblem(run, context, needs, `the metadata of ${needs.file}`)
    if (problem) yield problem
  }
}

/** @param where an index is named as the source of torch */
function needsProblem(
  install: Install,
  context: Facts['context'],
  project: ProjectNeeds,
  where: string,
): Problem | undefined {
  if (project.needs.torch.state !== 'cuda' && project.needs.torch.state !== 'open') return undefined
  const { file, needs } = project
  const { torch } = needs as { torch: Extract<TorchNeed, { because: string }> }
  const locked = file.endsWith('.lock')
  const named = indexesOfInstall(install, context)
  if (!locked && (named.uncertain || named.indexes.length > 0)) return undefined
  const gpu = torch.state === 'cuda' && torch.build === 'gpu'
  const backend = install.tool === 'uv' && install.command.values.has('UV_TORCH_BACKEND')
  return {
    code: gpu ? 'gpu-index' : 'torch-without-cpu-index',
    level: 'error',
    in: 'dockerfile',
    span: install.verb.span,
    message: `${file} does not keep CUDA builds of torch out (${file.endsWith('.py') ? '' : `${torch.source}: `}${torch.because})`,
    hint: [
      backend ? `UV_TORCH_BACKEND counts in uv pip alone: ` : '',
      `name ${DEFAULT_CPU_INDEX_URL} as the source of torch in ${where}`,
      locked ? ', and lock again' : '',
    ].join(''),
  }
}

/** `[tool.uv.pip] torch-backend` of the project that `uv pip install .` builds, where that keeps CUDA out. */
function projectBackendOf(install: Install, context: Facts['context']): string | undefined {
  if (install.tool !== 'uv pip') return undefined
  const folders = [projectFolder(context, install), ...localProjects(context, install)]
  return folders
    .map(folder => (folder === undefined ? undefined : context.projects.get(folder)?.pyproject?.uvPipBackend))
    .find(backend => backend !== undefined)
}

/** Whether an earlier install into the same environment already put a CPU build there, which this one keeps. */
function isThere(facts: Facts, install: Install, want: TorchWant): boolean {
  if (optionsNamed(install.options, '-U', '--upgrade', '--force-reinstall', '-I', '--ignore-installed').length > 0)
    return false
  const place = environmentOfInstall(install)
  for (const earlier of facts.installs) {
    if (earlier === install) return false
    if (earlier.command.conditional || environmentOfInstall(earlier) !== place) continue
    if (earlier.stage !== install.stage && !isParent(earlier, install)) continue
    const same = torchWants(earlier, facts.context).find(({ project }) => project === want.project)
    if (!same) continue
    if (want.release && same.release && compareVersions(want.release, same.release) !== 0) continue
    const backend = torchBackendOf(earlier)
    const { indexes, uncertain } = indexesOfInstall(earlier, facts.context)
    if (same.label === 'cpu' || uncertain || backend !== undefined || indexes.some(({ kind }) => kind !== 'public'))
      return true
  }
  return false
}

function isParent(earlier: Install, install: Install): boolean {
  for (let stage = install.stage.parent; stage; stage = stage.parent) if (stage === earlier.stage) return true
  return false
}

function isCpuOnArm(platform: string | undefined, { release, label }: TorchWant): boolean {
  if (!platform || !/arm64|aarch64/.test(platform) || label !== undefined) return false
  return release !== undefined && compareVersions(release, firstCudaOnArm) < 0
}

/** An index, a label or a backend for GPUs. */
export function* gpuIndex(facts: Facts): Iterable<Problem> {
  const reported = new Set<string>()
  for (const install of shippedInstalls(facts)) {
    const wants = torchWants(install, facts.context)
    const labelled = wants.filter(({ label }) => label === 'gpu')
    const backend = backendProblem(install, facts)
    if (backend) yield backend
    for (const index of indexesOfInstall(install, facts.context).indexes) {
      const page = sidePage(install, facts, index, wants)
      if (page) yield page
      if (index.kind !== 'accelerator' || (!index.option && reported.has(index.url))) continue
      reported.add(index.url)
      const edits = switched(install, facts, index)
      yield {
        ...gpuProblem(index.option?.words[0]?.span ?? install.verb.span),
        message: `${shown(index.url)} has builds for GPUs`,
        hint: index.option
          ? `use ${DEFAULT_CPU_INDEX_URL}`
          : `a variable, a setting or the requirements file names it; use ${DEFAULT_CPU_INDEX_URL}`,
        ...(edits && { edits }),
      }
    }
    const accelerator = indexesOfInstall(install, facts.context).indexes.find(({ kind }) => kind === 'accelerator')
    const edits = accelerator ? switched(install, facts, accelerator) : cpuFix(install, facts)
    for (const { written, word, place } of labelled) {
      yield {
        ...gpuProblem(word?.span ?? install.verb.span),
        message: `${place === undefined ? '' : `${place}: `}${written} is a build for GPUs`,
        hint:
          place === undefined
            ? 'take the +cpu build of the same release'
            : `run torchpin rewrite ${asArgument(place.replace(/:\d+$/, ''))}`,
        ...(edits && { edits }),
      }
    }
  }
}

/** A uv backend other than `cpu`. `auto` looks at the machine that builds the image, whose GPU a container does not hide. */
function backendProblem(install: Install, facts: Facts): Problem | undefined {
  const backend = torchBackendOf(install) ?? projectBackendOf(install, facts.context)
  const isAuto = backend === 'auto'
  if (!backend || !(isAuto || isAcceleratorLabel(backend))) return undefined
  const [option] = optionsNamed(install.options, '--torch-backend')
  const edits = cpuFix(install, facts, option)
  return {
    ...gpuProblem(option?.words[0]?.span ?? install.verb.span),
    level: isAuto ? 'warning' : 'error',
    message: isAuto
      ? 'the backend auto takes builds for the GPU of the machine that builds, where it has one'
      : `the backend ${backend} takes builds for GPUs`,
    hint: `${option ? 'use' : 'add'} --torch-backend cpu`,
    ...(edits && { edits }),
  }
}

function gpuProblem(span: Problem['span']): Pick<Problem, 'code' | 'level' | 'in' | 'span'> {
  return { code: 'gpu-index', level: 'error', in: 'dockerfile', span }
}

/** A page of wheels that another project builds for one torch and one accelerator: `-f …/torch-2.5.0+cu124.html`. */
function sidePage(
  install: Install,
  { dockerfile: { source } }: Facts,
  { url, option }: UsedIndex,
  wants: readonly TorchWant[],
): Problem | undefined {
  const release = torchOfSideIndex(url) ?? wants.find(({ project }) => project === 'torch')?.release?.text
  const moved = cpuSideIndex(url, release)
  if (!moved) return undefined
  const span = option?.words.at(-1)?.span
  const at = span ? source.slice(span.start, span.end).indexOf(url) : -1
  const labelled = install.wanted.some(({ word }) => /\+(?:pt\d+)?cu\d/.test(word.value ?? ''))
  return {
    ...gpuProblem(option?.words[0]?.span ?? install.verb.span),
    message: `${shown(url)} has wheels of ${moved.projects.join(', ')} for GPUs`,
    hint: `use ${shown(moved.url)}`,
    ...(span &&
      at >= 0 &&
      !labelled &&
      !moved.endedWith && { edits: [{ start: span.start + at, end: span.start + at + url.length, text: moved.url }] }),
  }
}

/** Replaces the index of an accelerator with the CPU index, if that has what the install names. */
function switched(install: Install, facts: Facts, { option, role, url }: UsedIndex): Edit[] | undefined {
  if (!option || !/^https:\/\/download\.pytorch\.org\/whl\/(?:cu\d+|rocm[\d.]+|xpu)\/?$/.test(url)) return undefined
  return role === 'links' ? undefined : cpuFix(install, facts, option)
}

function shown(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//****@')
}

/** Packages that PyTorch's index has copies of, or may get copies of by its own list. */
const alsoThere = new Set(
  `numpy pillow requests certifi urllib3 idna charset-normalizer packaging setuptools wheel pip pandas scipy pyyaml tqdm sympy mpmath
  networkx jinja2 markupsafe filelock fsspec typing-extensions huggingface-hub datasets tokenizers transformers safetensors
  sentencepiece tiktoken protobuf fastapi pydantic pydantic-core starlette uvicorn httpx openai click rich typer numba llvmlite ray
  opencv-python-headless soundfile vllm tensorboard wandb grpcio tabulate torchdata torchao torchtune torchrec triton
  pytorch-triton`.split(/\s+/),
)

/** `--index-url …/whl/cpu` for more than the torch family. */
export function* cpuIndexAlone(facts: Facts): Iterable<Problem> {
  for (const install of shippedInstalls(facts)) {
    if (install.tool !== 'pip' && install.tool !== 'uv pip') continue
    const { indexes, uncertain } = indexesOfInstall(install, facts.context)
    const main = indexes.findLast(({ role }) => role === 'main')
    if (uncertain || main?.kind !== 'cpu' || !main.option || indexes.some(({ role }) => role !== 'main')) continue
    const others = namesOf(install, facts).filter(name => !torchFamily.has(name) && !alsoThere.has(name))
    if (others.length === 0) continue
    const named = firstNames(others, 3)
    yield {
      code: 'cpu-index-alone',
      level: 'warning',
      in: 'dockerfile',
      span: main.option.words[0]!.span,
      message: `${main.option.name} leaves only PyTorch's index, which does not have ${named}`,
      hint: 'install the torch family in a command of its own',
    }
  }
}

/** Canonical names of the projects that an install asks for by name. */
export function namesOf(install: Install, { context }: Facts): string[] {
  const files = install.files.flatMap(({ value }) => filesOf(install, context, value))
  const statements = [...install.wanted.map(({ statement }) => statement), ...files.flatMap(file => file.statements)]
  return [
    ...new Set(statements.flatMap(statement => (statement.kind === 'requirement' ? [statement.requirement.key] : []))),
  ]
}

/** `-f …/torch_stable.html`. */
export function* torchStablePage(facts: Facts): Iterable<Problem> {
  for (const install of shippedInstalls(facts)) {
    if (install.tool !== 'pip' && install.tool !== 'uv pip') continue
    const { indexes } = indexesOfInstall(install, facts.context)
    const hasCpu = indexes.some(({ kind }) => kind === 'cpu')
    for (const { kind, option } of indexes) {
      if (kind !== 'stable-page') continue
      const edits = !option || hasCpu ? undefined : cpuFix(install, facts, option)
      yield {
        code: 'torch-stable-page',
        level: 'warning',
        in: 'dockerfile',
        span: option?.words[0]?.span ?? install.verb.span,
        message: 'torch_stable.html is a page of old links, in whose place is the index of CPU builds',
        hint: option
          ? `use ${install.tool === 'pip' ? `--index-url ${DEFAULT_CPU_INDEX_URL} for torch and its family alone` : '--torch-backend cpu'}`
          : 'torchpin rewrite puts the index in its place in the requirements file',
        ...(edits && { edits }),
      }
    }
  }
}

/** torch on Alpine. */
export function* muslBaseImage(facts: Facts): Iterable<Problem> {
  const reported = new Set<unknown>()
  for (const install of shippedInstalls(facts)) {
    const root = rootOf(install.stage)
    if (root.image === undefined || libcOf(root.image) !== 'musl' || reported.has(root)) continue
    const [want] = torchWants(install, facts.context)
    if (!want) continue
    reported.add(root)
    yield {
      code: 'musl-base-image',
      level: 'error',
      in: 'dockerfile',
      span: root.written.span,
      message: `${root.image} has musl as its C library, for which ${want.project} has no wheels`,
      hint: 'start from an image with glibc, such as python:3.12-slim',
    }
  }
}

/** A pinned release without a wheel for the Python of the image. */
export function* noWheelForPython(facts: Facts): Iterable<Problem> {
  for (const install of shippedInstalls(facts)) {
    const root = rootOf(install.stage)
    if (root.image !== undefined && libcOf(root.image) === 'musl') continue
    const python = pythonOfInstall(install)
    if (python === undefined) continue
    for (const { project, release, word, place, url } of torchWants(install, facts.context)) {
      if (!release || url !== undefined) continue
      const because = facts.missingWheel(project, release.text, python)
      if (because === undefined) continue
      yield {
        code: 'no-wheel-for-python',
        level: 'error',
        in: 'dockerfile',
        span: word?.span ?? install.verb.span,
        message: `${place === undefined ? '' : `${place}: `}${project} ${release.text} has no wheel for Python ${python}: ${because}`,
        hint: `torchpin versions ${project} --python ${python} lists the releases that have one`,
      }
    }
  }
}
