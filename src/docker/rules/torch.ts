import { DEFAULT_CPU_INDEX_URL } from '../../options.ts'
import { compareVersions, parseVersion } from '../../packaging/version.ts'
import { asArgument } from '../../text/argument.ts'
import type { Edit } from '../../text/edits.ts'
import { isAcceleratorLabel, torchFamily } from '../../torch/family.ts'
import { addOptions, replaceOption } from '../command-edits.ts'
import { projectFolder } from '../context.ts'
import { rootOf } from '../dockerfile.ts'
import {
  bringsPython,
  environmentOfInstall,
  environmentsOf,
  isShipped,
  minorOf,
  pythonOfStage,
} from '../environments.ts'
import type { Facts, Problem } from '../facts.ts'
import { libcOf, mayHoldTorch } from '../images.ts'
import { type Install, optionsNamed } from '../install.ts'
import { indexesFor, torchBackendOf, type UsedIndex } from '../install-indexes.ts'
import { filesOf, type TorchWant, torchWants } from '../torch-wants.ts'

/** The installs that put something of Python into the image, as far as the file tells. */
export function shippedInstalls({ installs, shipped, used }: Facts): Install[] {
  return installs.filter(
    install => !install.command.conditional && install.verb.value !== 'uninstall' && isShipped(install, shipped, used),
  )
}

/** From this release on the wheels of the public index for aarch64 carry CUDA. */
const firstCudaOnArm = parseVersion('2.11.0')!

/** The torch of the public index, and `+cpu` pins that nobody can find. */
export function* torchWithoutCpuIndex(facts: Facts): Iterable<Problem> {
  const { context } = facts
  for (const install of shippedInstalls(facts)) {
    const root = rootOf(install.stage)
    if (root.image === undefined || mayHoldTorch(root.image) || libcOf(root.image) === 'musl') continue
    if (install.tool === 'uv' || install.tool === 'poetry') {
      const problem = projectProblem(facts, install)
      if (problem) yield problem
      if (problem || !/^add$/.test(install.verb.value!)) continue
    }
    if (torchBackendOf(install) !== undefined) continue
    if (optionsNamed(install.options, '--no-index').length > 0 || install.command.values.has('PIP_NO_INDEX')) continue
    const wants = torchWants(install, context).filter(want => want.label !== 'gpu' && !isThere(facts, install, want))
    if (wants.length === 0) continue
    const { indexes, uncertain } = indexesFor(install, context)
    if (uncertain || indexes.some(({ kind }) => kind !== 'public')) continue
    const missing = wants.filter(want => want.url === undefined && !isCpuOnArm(root.platform, want))
    const [first] = missing
    if (!first) continue
    const named = [...new Set(missing.map(({ project }) => project))].join(', ')
    const inFile = missing.find(({ word }) => word === undefined)
    const at = inFile ? ` (${missing.flatMap(({ place }) => place ?? []).join(', ')})` : ''
    const fixable = !inFile && optionsNamed(install.options, '--require-hashes').length === 0
    yield {
      code: 'torch-without-cpu-index',
      level: 'error',
      in: 'dockerfile',
      span: first.word?.span ?? install.verb.span,
      message:
        first.label === 'cpu'
          ? `${named}${at}: builds with +cpu are on the index of CPU builds alone, and this install does not ask it`
          : `${named}${at} ${missing.length > 1 ? 'come' : 'comes'} from the public index here, whose Linux builds carry CUDA`,
      hint: inFile
        ? `torchpin rewrite ${asArgument(inFile.place!.replace(/:\d+$/, ''))} pins it to the CPU build and names the index`
        : install.tool === 'uv pip'
          ? 'add --torch-backend cpu'
          : install.tool === 'pip'
            ? `add --extra-index-url ${DEFAULT_CPU_INDEX_URL}`
            : `name ${DEFAULT_CPU_INDEX_URL} as the source of torch in pyproject.toml, and lock again`,
      ...(fixable &&
        install.tool === 'pip' && { edits: [addOptions(install, '--extra-index-url', DEFAULT_CPU_INDEX_URL)] }),
      ...(fixable && install.tool === 'uv pip' && { edits: [addOptions(install, '--torch-backend', 'cpu')] }),
    }
  }
}

/** What a lock file or pyproject.toml takes torch from. */
function projectProblem({ context }: Facts, install: Install): Problem | undefined {
  const folder = projectFolder(context, install)
  const project = folder === undefined ? undefined : context.projects.get(folder)
  if (project?.build !== 'public' && project?.build !== 'gpu') return undefined
  const { values } = install.command
  const locked = project.file.endsWith('.lock')
  const told = indexesFor(install, context)
  if (!locked && (told.uncertain || told.indexes.length > 0)) return undefined
  if (values.has('UV_TORCH_BACKEND')) return undefined
  return {
    code: project.build === 'gpu' ? 'gpu-index' : 'torch-without-cpu-index',
    level: 'error',
    in: 'dockerfile',
    span: install.verb.span,
    message:
      project.build === 'gpu'
        ? `${project.project} is a build for GPUs in ${project.file}`
        : `${project.project} comes from the public index in ${project.file}, whose Linux builds carry CUDA`,
    hint: `name ${DEFAULT_CPU_INDEX_URL} as the source of torch in pyproject.toml${locked ? ', and lock again' : ''}`,
  }
}

/** Whether an install before this one, into the same place, has put a CPU build there that this one leaves alone. */
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
    const { indexes, uncertain } = indexesFor(earlier, facts.context)
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
  const said = new Set<string>()
  for (const install of shippedInstalls(facts)) {
    const wants = torchWants(install, facts.context)
    const labelled = wants.filter(({ label }) => label === 'gpu')
    const backend = torchBackendOf(install)
    if (backend && isAcceleratorLabel(backend)) {
      const [option] = optionsNamed(install.options, '--torch-backend')
      yield {
        ...gpuProblem(option?.words[0]?.span ?? install.verb.span),
        message: `the backend ${backend} takes builds for GPUs`,
        hint: 'use --torch-backend cpu',
        ...(option && labelled.length === 0 && { edits: [replaceOption(install, option, '--torch-backend', 'cpu')] }),
      }
    }
    for (const index of indexesFor(install, facts.context).indexes) {
      if (index.kind !== 'accelerator' || (!index.option && said.has(index.url))) continue
      said.add(index.url)
      const edit = labelled.length === 0 ? switched(facts.dockerfile.source, index) : undefined
      yield {
        ...gpuProblem(index.option?.words[0]?.span ?? install.verb.span),
        message: `${shown(index.url)} has builds for GPUs`,
        hint: index.option
          ? `use ${DEFAULT_CPU_INDEX_URL}`
          : `a variable, a setting or the requirements file names it; use ${DEFAULT_CPU_INDEX_URL}`,
        ...(edit && { edits: [edit] }),
      }
    }
    for (const { written, word, place } of labelled) {
      yield {
        ...gpuProblem(word?.span ?? install.verb.span),
        message: `${place === undefined ? '' : `${place}: `}${written} is a build for GPUs`,
        hint:
          place === undefined
            ? 'take the +cpu build of the same release'
            : `run torchpin rewrite ${asArgument(place.replace(/:\d+$/, ''))}`,
      }
    }
  }
}

function gpuProblem(span: Problem['span']): Pick<Problem, 'code' | 'level' | 'in' | 'span'> {
  return { code: 'gpu-index', level: 'error', in: 'dockerfile', span }
}

/** The CPU folder in the place of the accelerator's, where the URL stands in the command as it is. */
function switched(source: string, { option, url }: UsedIndex): Edit | undefined {
  const span = option?.words.at(-1)?.span
  const [, folder] =
    /^https:\/\/download\.pytorch\.org\/whl\/(?:nightly\/)?((?:cu\d+|rocm[\d.]+|xpu))\/?$/.exec(url) ?? []
  if (!span || folder === undefined) return undefined
  const at = source.slice(span.start, span.end).indexOf(url)
  if (at < 0) return undefined
  const start = span.start + at + url.lastIndexOf(folder)
  return { start, end: start + folder.length, text: 'cpu' }
}

function shown(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//****@')
}

/** Packages of which PyTorch's index keeps copies, seen there or on the list of what may be put there. */
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
    const { indexes, uncertain } = indexesFor(install, facts.context)
    const main = indexes.findLast(({ role }) => role === 'main')
    if (uncertain || main?.kind !== 'cpu' || !main.option || indexes.some(({ role }) => role !== 'main')) continue
    const others = namesOf(install, facts).filter(name => !torchFamily.has(name) && !alsoThere.has(name))
    if (others.length === 0) continue
    const named =
      others.length > 3 ? `${others.slice(0, 3).join(', ')} and ${others.length - 3} more` : others.join(', ')
    yield {
      code: 'cpu-index-alone',
      level: 'warning',
      in: 'dockerfile',
      span: main.option.words[0]!.span,
      message: `${main.option.name} leaves only PyTorch's index, which does not have ${named}`,
      hint: 'install the torch family in a command of its own, or use --extra-index-url',
    }
  }
}

/** Canonical names of all that an install asks for by name. */
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
    const { indexes } = indexesFor(install, facts.context)
    const gpu = torchWants(install, facts.context).some(({ label }) => label === 'gpu')
    const hasCpu = indexes.some(({ kind }) => kind === 'cpu')
    for (const { kind, option } of indexes) {
      if (kind !== 'stable-page') continue
      const edits =
        !option || gpu || hasCpu
          ? undefined
          : install.tool === 'pip'
            ? [replaceOption(install, option, '--extra-index-url', DEFAULT_CPU_INDEX_URL)]
            : [replaceOption(install, option, '--torch-backend', 'cpu')]
      yield {
        code: 'torch-stable-page',
        level: 'warning',
        in: 'dockerfile',
        span: option?.words[0]?.span ?? install.verb.span,
        message: 'torch_stable.html is a page of old links, in whose place is the index of CPU builds',
        hint: option
          ? `use ${install.tool === 'pip' ? `--extra-index-url ${DEFAULT_CPU_INDEX_URL}` : '--torch-backend cpu'}`
          : 'torchpin rewrite puts the index in its place in the requirements file',
        ...(edits && { edits }),
      }
    }
  }
}

/** torch on Alpine. */
export function* muslBaseImage(facts: Facts): Iterable<Problem> {
  const said = new Set<unknown>()
  for (const install of shippedInstalls(facts)) {
    const root = rootOf(install.stage)
    if (root.image === undefined || libcOf(root.image) !== 'musl' || said.has(root)) continue
    const [want] = torchWants(install, facts.context)
    if (!want) continue
    said.add(root)
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

/** The Python that an install is for, where the file leaves no doubt. */
function pythonOfInstall(install: Install): string | undefined {
  if (install.tool !== 'pip' && install.tool !== 'uv pip') return undefined
  if (optionsNamed(install.options, '--python-version', '--platform', '--python', '-p').length > 0) return undefined
  if (install.python !== undefined) return install.python
  const place = environmentOfInstall(install)
  const made = environmentsOf(install.stage).find(({ path }) => path === place)
  if (made?.python !== undefined) return minorOf(made.python)
  return bringsPython(install.stage) ? undefined : pythonOfStage(install.stage)
}
