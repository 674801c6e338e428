import { selectionOfPoetry, selectionOfUv } from '../docker/selection.ts'
import { needsOfSync, readProject } from '../docker/torch-project.ts'
import { type InstallCommand, readInstallCommand } from '../project-files/commands/install-command.ts'
import { optionsNamed } from '../project-files/commands/options.ts'
import { readToolCommand } from '../project-files/commands/tool-command.ts'
import { canonicalPath } from '../project-files/shell/posix-path.ts'
import type { ShellCommand } from '../project-files/shell/script.ts'
import type { Answer, Asked, Cuda } from '../run/install-answers.ts'
import { enumerated } from '../text/lists.ts'
import { isAcceleratorLabel, torchFamily } from '../torch/family.ts'
import { readTorchIndexUrl } from '../torch/index-urls.ts'
import { indexesOf, type Question, questionOf } from './ask.ts'
import type { Occurrence } from './commands.ts'
import type { Variant } from './job.ts'
import type { SourceFiles } from './source-files.ts'

/** What is to be said of a command in one variant of its job. */
export type Verdict =
  /** It installs CUDA, or names builds for GPUs. */
  | {
      readonly kind: 'cuda'
      readonly install: InstallCommand
      readonly question: Question
      readonly answer: Cuda
      readonly python: string
    }
  | {
      readonly kind: 'gpu-build'
      readonly install: InstallCommand
      readonly question: Question
      readonly what: string
      readonly python: string
    }
  /** The project that it installs does, by its own files. */
  | { readonly kind: 'project'; readonly install: InstallCommand; readonly message: string; readonly file: string }
  /** It is about torch, and CUDA may be meant. */
  | { readonly kind: 'left-alone'; readonly install: InstallCommand; readonly because: string }
  /** What it installs cannot be told. */
  | {
      readonly kind: 'not-judged'
      readonly install: InstallCommand
      readonly because: string
      readonly mayBeTorch: boolean
    }

/** A verdict with the command that it is about. */
export interface Judged extends Occurrence {
  readonly variant: Variant
  /** Undefined: there is nothing to say. */
  readonly verdict: Verdict | undefined
  /** Why hands are kept off what runs here, whatever it is, as a clause. */
  readonly left: string | undefined
}

/** What judging asks. */
export interface Bench {
  readonly files: SourceFiles
  readonly ask: (asked: Asked) => Promise<Answer>
  readonly cpuIndexUrl: string
}

/** The Python of a job that states none: that of GitHub's Ubuntu. */
const USUAL_PYTHON = '3.12'

/** Tools of CI without torch among what they need, so that nobody has to be asked about them. */
const withoutTorch = new Set(
  `pip setuptools wheel build twine uv tox tox-uv tox-gh tox-gh-actions nox pytest pytest-cov pytest-xdist pytest-mock pytest-timeout pytest-asyncio
  coverage codecov ruff black flake8 isort mypy pylint pre-commit hatch hatchling poetry poetry-core pipenv pipx pdm cibuildwheel
  auditwheel mkdocs mkdocs-material sphinx requests numpy cython ninja cmake scikit-build-core setuptools-scm virtualenv pyright
  bandit safety pip-audit pip-tools check-manifest yamllint awscli ansible jinja2 pyyaml toml tomli packaging commitizen
  python-semantic-release interrogate nbconvert jupyter nbstripout codespell towncrier tqdm bump2version bumpversion bump-my-version`.split(
    /\s+/,
  ),
)

/** Judges the commands of a variant in their order: what an earlier one has put there a later one leaves alone. */
export async function judged(variant: Variant, occurrences: readonly Occurrence[], bench: Bench): Promise<Judged[]> {
  const state = new Environment(variant)
  const found: Judged[] = []
  for (const occurrence of occurrences) {
    const { command } = occurrence
    state.heed(command)
    const tool = readToolCommand(command)
    const install = tool ?? readInstallCommand(command)
    const project = tool ? undefined : projectRun(command)
    if (!install && !project) continue
    const judge = new Judge(variant, state, bench)
    const verdict = await judge.verdictOn((install ?? project)!, tool !== undefined)
    found.push({ ...occurrence, variant, verdict, left: judge.whyLeft() })
  }
  return found
}

/** `uv run pytest`, which installs the project first; undefined where an option keeps it from that. */
function projectRun(command: ShellCommand): InstallCommand | undefined {
  const [program, verb, ...rest] = command.words
  if (!/(?:^|\/)uv$/.test(program?.value ?? '') || verb?.value !== 'run') return undefined
  if (
    rest.some(
      ({ value }) => value === '--no-project' || value === '--no-sync' || value === '--script' || value === '-s',
    )
  )
    return undefined
  if (rest.some(({ value }) => value?.endsWith('.py') && value.includes('script'))) return undefined
  return {
    tool: 'uv',
    verb,
    command,
    named: [],
    files: [],
    options: [],
    uncertain: false,
    python: undefined,
    environment: undefined,
  }
}

/** What the commands of a variant have put into its environments so far. */
class Environment {
  /** Of the torch family, by environment. */
  readonly #there = new Map<string, Set<string>>()
  /** Lines that `pip config set` stands for. */
  readonly settings: string[] = []
  meansCuda: string | undefined
  holdsTorch: boolean

  constructor(variant: Variant) {
    this.meansCuda = variant.meansCuda
    this.holdsTorch = variant.mayHoldTorch
  }

  /** Takes note of a command that is no install itself. */
  heed({ words }: ShellCommand): void {
    const texts = words.map(({ value, lead }) => value ?? lead)
    const program = texts[0]?.replace(/^.*\//, '')
    const at = texts.indexOf('config')
    if (at > 0 && texts[at + 1] === 'set' && /pip|python/.test(texts[0] ?? '')) {
      const key = /^(?:global|install|site|user)\.(index-url|extra-index-url|find-links)$/.exec(
        texts[at + 2] ?? '',
      )?.[1]
      if (key !== undefined && texts[at + 3] !== undefined) this.settings.push(`--${key} ${texts[at + 3]}`)
    }
    if (program === 'nvcc' || program === 'nvidia-smi') this.meansCuda ??= `it calls ${program}`
    if (
      /^(?:apt|apt-get|dnf|yum)$/.test(program ?? '') &&
      texts.some(text => /^(?:cuda|nvidia|libcudnn|rocm)/.test(text))
    )
      this.meansCuda ??= 'it installs CUDA itself'
    if (/^(?:conda|mamba|micromamba)$/.test(program ?? '') && /^(?:install|create|env|update)$/.test(texts[1] ?? '')) {
      if (texts.some(text => /^(?:[\w-]+::)?(?:pytorch|torchvision|pytorch-cuda)\b|\.ya?ml$/.test(text)))
        this.holdsTorch = true
    }
  }

  has(environment: string, project: string): boolean {
    return this.holdsTorch || (this.#there.get(environment)?.has(project) ?? false)
  }

  hasTorch(environment: string): boolean {
    return this.has(environment, 'torch')
  }

  put(environment: string, projects: Iterable<string>): void {
    this.#there.set(environment, new Set([...(this.#there.get(environment) ?? []), ...projects]))
  }
}

/** An install of which the resolver was asked what it brings. */
interface AskedInstall {
  readonly install: InstallCommand
  readonly question: Question
  /** The environment that it goes into. */
  readonly place: string
  readonly python: string
  /** Of the torch family, those that it names. */
  readonly named: readonly string[]
  /** Whether it replaces what is there. */
  readonly isMoved: boolean
  /** Whether it asks for torch, as far as can be told without the resolver. */
  readonly about: boolean
}

class Judge {
  readonly #variant: Variant
  readonly #state: Environment
  readonly #bench: Bench

  constructor(variant: Variant, state: Environment, bench: Bench) {
    this.#variant = variant
    this.#state = state
    this.#bench = bench
  }

  /** @param isTool it goes into an environment of its own */
  async verdictOn(install: InstallCommand, isTool: boolean): Promise<Verdict | undefined> {
    if (install.tool === 'conda' || install.tool === 'pipenv') return undefined
    if (install.tool === 'poetry' || (install.tool === 'uv' && !isTool && install.verb.value !== 'add'))
      return this.#ofProject(install)
    if (install.verb.value === 'uninstall') return undefined
    if (optionsNamed(install.options, '--no-deps').length > 0 && install.named.length === 0) return undefined
    const { settings } = this.#state
    const question = await questionOf(install, install.tool === 'pip' ? settings : [], this.#bench.files)
    const place = isTool ? `tool ${install.named[0]?.value}` : (install.environment ?? '')
    const verdict = await this.#ofQuestion(install, question, place)
    if (install.command.conditional) return undefined
    return verdict
  }

  async #ofQuestion(install: InstallCommand, question: Question, place: string): Promise<Verdict | undefined> {
    const { machine } = this.#variant
    if (
      question.names.length > 0 &&
      question.files.length === 0 &&
      !/\.\//.test(question.text) &&
      question.names.every(name => withoutTorch.has(name))
    )
      return undefined
    const named = question.names.filter(name => torchFamily.has(name))
    const builds = gpuBuildsOf(install, this.#bench.cpuIndexUrl)
    const isMoved =
      optionsNamed(install.options, '-U', '--upgrade', '--force-reinstall', '-I', '--ignore-installed').length > 0
    const isThere = this.#state.hasTorch(place) && !(isMoved && named.length > 0)
    if (isFromCpu(install, question, this.#bench.cpuIndexUrl)) {
      const isFamily = named.length > 0 && named.length === question.names.length
      this.#state.put(place, isFamily && question.files.length === 0 ? ['torch', ...named] : torchFamily)
      return undefined
    }
    const about = builds !== undefined || question.asksForTorch
    const because = this.whyLeft()
    if (because !== undefined) {
      if (about) this.#state.put(place, torchFamily)
      return about && !isThere ? { kind: 'left-alone', install, because } : undefined
    }
    const python = install.python ?? this.#variant.python ?? USUAL_PYTHON
    if (builds !== undefined) {
      const kept = isThere && named.length === 0
      this.#state.put(place, torchFamily)
      return kept ? undefined : { kind: 'gpu-build', install, question, what: builds, python }
    }
    if (question.open?.stops)
      return about && !isThere
        ? { kind: 'not-judged', install, because: question.open.because, mayBeTorch: true }
        : undefined
    if (this.#state.holdsTorch && named.length === 0) return undefined
    const asked = { install, question, place, python, named, isMoved, about }
    return this.#ofAnswer(
      asked,
      await this.#bench.ask({ text: question.text, pythons: [python], platform: machine.platform }),
    )
  }

  #ofAnswer(
    { install, question, place, python, named, isMoved, about }: AskedInstall,
    answer: Answer,
  ): Verdict | undefined {
    if (answer.kind === 'unknown') {
      const { because } = answer
      return { kind: 'not-judged', install, because, mayBeTorch: about }
    }
    const isTorchThere = this.#state.has(place, 'torch')
    // Beside a torch for CPU, another of its family counts where the command itself names it: whether pip takes a build of it
    // that goes with that torch is not known of what comes in behind another project.
    const news = [...answer.family].filter(
      project => !this.#state.has(place, project) && (!isTorchThere || named.includes(project)),
    )
    if (!install.command.conditional) this.#state.put(place, answer.family)
    if (answer.kind !== 'cuda') {
      const { open } = question
      const isTold = open?.isTold === true && !isTorchThere && !this.#state.holdsTorch
      return !isTold ? undefined : { kind: 'not-judged', install, because: open.because, mayBeTorch: false }
    }
    if (news.length === 0 && !isMoved) return undefined
    const { ownImage } = this.#variant
    if (ownImage !== undefined && named.length === 0)
      return { kind: 'not-judged', install, because: `${ownImage} may hold torch already`, mayBeTorch: false }
    // What an earlier command has brought is counted there.
    const own =
      news.includes('torch') || isMoved
        ? answer
        : {
            ...answer,
            saved: null,
            message: `${enumerated(news)} of the public index is built for CUDA, beside a torch for CPU`,
          }
    return { kind: 'cuda', install, question, answer: own, python }
  }

  /** Why CUDA may be meant here, or does no harm, as a clause. */
  whyLeft(): string | undefined {
    const { machine } = this.#variant
    if (machine.gpu === 'yes') return `${machine.name} has a GPU`
    if (this.#state.meansCuda !== undefined) return this.#state.meansCuda
    if (machine.system === 'other') return `${machine.name} is not Linux`
    return machine.gpu === 'unknown' || machine.system === 'unknown'
      ? `whether ${machine.name} has a GPU is not known`
      : undefined
  }

  /** What `uv sync`, `uv run` or `poetry install` takes from the files of its project. */
  async #ofProject(install: InstallCommand): Promise<Verdict | undefined> {
    if (install.command.conditional || this.#state.has('project', 'torch') || this.whyLeft() !== undefined)
      return undefined
    const from = optionsNamed(install.options, '--project', '--directory', '-C').at(-1)?.text ?? '.'
    const folder = canonicalPath(install.command.folder, from)
    if (folder === undefined) return undefined
    const project = await readProject(
      folder.slice(1),
      async name => (await this.#bench.files.at(`${folder}/${name}`))?.text,
    )
    if (!project.pyproject) return undefined
    const python = this.#variant.python ?? USUAL_PYTHON
    const tool = install.tool === 'poetry' ? 'poetry' : 'uv'
    const selection =
      tool === 'uv' ? selectionOfUv(install, project, python) : selectionOfPoetry(install, false, python)
    const { file, needs } = needsOfSync(project, tool, selection)
    const { torch } = needs
    if (torch.state !== 'none') this.#state.put('project', ['torch'])
    if (torch.state !== 'cuda' && torch.state !== 'open') return undefined
    return {
      kind: 'project',
      install,
      file,
      message: `${file} does not keep CUDA builds of torch out (${torch.source}: ${torch.because})`,
    }
  }
}

/** Whether a command takes torch from the index of CPU builds and from no other. */
function isFromCpu(install: InstallCommand, { text }: Question, cpuIndexUrl: string): boolean {
  const backend = backendOf(install)
  if (backend !== undefined) return backend === 'cpu' || backend === 'auto'
  const indexes = indexesOf(install)
  const kinds = indexes.map(index => (index ? readTorchIndexUrl(index.url, cpuIndexUrl)?.kind : undefined))
  if (install.tool === 'pip') return indexes.length === 1 && kinds[0] === 'cpu' && indexes[0]?.role === '--index-url'
  // uv takes an extra index before the main one, and keeps to the first index that has a project.
  return kinds.includes('cpu') && !/unsafe/.test(text)
}

/** The backend that `uv pip` takes torch from, by its option or its variable. */
export function backendOf({ tool, options, command: { values } }: InstallCommand): string | undefined {
  if (tool !== 'uv pip') return undefined
  const [option] = optionsNamed(options, '--torch-backend')
  return option ? option.text : values.get('UV_TORCH_BACKEND')
}

/** What of a command names builds for GPUs, as it is written. */
function gpuBuildsOf(install: InstallCommand, cpuIndexUrl: string): string | undefined {
  const backend = backendOf(install)
  if (backend !== undefined && isAcceleratorLabel(backend)) return `--torch-backend ${backend}`
  const index = indexesOf(install).find(one => one && readTorchIndexUrl(one.url, cpuIndexUrl)?.kind === 'accelerator')
  if (index) return index.url
  return install.named.find(({ value }) => {
    const [, name, label] = /^([A-Za-z0-9][\w.-]*)={2,3}[^;+\s]*\+([\w.]+)/.exec(value ?? '') ?? []
    return name !== undefined && torchFamily.has(name.toLowerCase()) && isAcceleratorLabel(label!)
  })?.value
}
