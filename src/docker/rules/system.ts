import { type Step, stepsOf } from '../../project-files/dockerfile/dockerfile.ts'
import { contextPath } from '../context.ts'
import type { Facts, Problem } from '../facts.ts'
import { isSlim } from '../images.ts'
import { systemPackagesFor } from '../system-libraries.ts'
import { packageName, type SystemCommand, systemCommandsOf } from '../system-packages.ts'
import { isPlainDebian } from './images.ts'
import { namesOf, shippedInstalls } from './torch.ts'

const buildTools =
  /^(?:build-essential|build-base|base-devel|gcc(?:-\d+)?|g\+\+(?:-\d+)?|gcc-c\+\+|clang(?:-\d+)?|make|cmake|ninja-build|gfortran|rustc|cargo|.+-dev|.+-devel)$/

/** Compilers and headers in the image. What the same RUN takes away again does not ship. */
export function* buildToolsShipped({ shipped }: Facts): Iterable<Problem> {
  for (const step of shipped.flatMap(stage => stage.steps)) {
    const commands = systemCommandsOf([step])
    const removes = commands.some(({ action }) => action === 'remove')
    const added = commands.filter(({ action, command }) => action === 'install' && !command.conditional)
    const tools = added.flatMap(({ packages }) => packages.filter(word => buildTools.test(packageName(word))))
    if (tools.length === 0 || removes) continue
    const names = [...new Set(tools.map(packageName))]
    yield {
      code: 'build-tools-shipped',
      level: 'warning',
      in: 'dockerfile',
      span: tools[0]!.span,
      message: `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} installed in the stage that ships`,
      hint: 'build in a stage of its own and copy the environment: COPY --from=builder /opt/venv /opt/venv',
    }
  }
}

const isLocal = (command: SystemCommand) => command.packages.every(({ lead }) => /^[./]|\.deb$/.test(lead))

/** `apt-get install` without lists to install from. */
export function* aptWithoutUpdate({ used }: Facts): Iterable<Problem> {
  for (const stage of used) {
    const steps = stepsOf(stage)
    for (const step of stage.steps) {
      const commands = systemCommandsOf([step]).filter(({ manager }) => manager === 'apt')
      const install = commands.find(({ action, packages }) => action === 'install' && packages.length > 0)
      if (!install || install.command.conditional || isLocal(install)) continue
      if (commands.some(({ action }) => action === 'update') || mountsLists(step)) continue
      const before = systemCommandsOf(steps.slice(0, steps.indexOf(step)))
      const updated = before.some(({ action, manager }) => action === 'update' && manager === 'apt')
      if (!updated && !isPlainDebian(imageUnder(stage))) continue
      const { command } = install
      const editable = command.form === 'shell' && command.prefix.length === 0
      yield {
        code: 'apt-without-update',
        level: updated ? 'info' : 'warning',
        in: 'dockerfile',
        span: command.span,
        message: updated
          ? 'the update is in another RUN, whose layer stays in the cache while the packages move on'
          : 'images come without package lists, and nothing fetches them before this install',
        hint: 'write apt-get update && apt-get install in one RUN',
        ...(!updated &&
          editable && { edits: [{ start: command.span.start, end: command.span.start, text: 'apt-get update && ' }] }),
      }
    }
  }
}

function imageUnder(stage: Facts['used'][number]): string | undefined {
  return stage.parent ? imageUnder(stage.parent) : stage.image
}

/** The lists are kept in a cache of the builder. */
function mountsLists(step: Step): boolean {
  return (
    step.kind === 'run' &&
    step.mounts.some(
      ({ type, target }) => type === 'cache' && /\/var\/(?:lib|cache)\/apt/.test(target ?? '/var/lib/apt'),
    )
  )
}

/** `apt-get install` that asks. */
export function* aptWithoutYes({ used, dockerfile }: Facts): Iterable<Problem> {
  if (/Assume-Yes/i.test(dockerfile.source)) return
  for (const stage of used) {
    for (const step of stage.steps) {
      if (step.kind !== 'run') continue
      const answered = step.commands.some(({ words }) => words[0]?.value === 'yes')
      for (const { manager, action, options, packages, verb, command } of systemCommandsOf([step])) {
        if (manager !== 'apt' || action !== 'install' || packages.length === 0 || answered || command.conditional)
          continue
        if (command.words.some(({ value }) => value === undefined)) continue
        // -qq implies -y.
        if (
          options.some(option =>
            /^-[a-z]*y|^-[a-z]*q[a-z]*q|^--(?:yes|assume-yes|simulate|dry-run|download-only)|^-q=2|^-[a-z]*s$/.test(
              option,
            ),
          )
        )
          continue
        yield {
          code: 'apt-without-yes',
          level: 'warning',
          in: 'dockerfile',
          span: verb.span,
          message: 'apt-get asks whether to go on, and in a build nobody answers',
          hint: 'add -y',
          edits: [{ start: verb.span.end, end: verb.span.end, text: command.form === 'exec' ? ', "-y"' : ' -y' }],
        }
      }
    }
  }
}

/** Whether a project loads the OpenMP runtime of the system, and carries none. */
const needsLibgomp = (project: string) =>
  systemPackagesFor([project], 'bookworm').some(({ stage, package: name }) => stage === 'run' && name === 'libgomp1')

const bringsLibgomp =
  /^(?:libgomp1?|gcc(?:-\d+)?|g\+\+(?:-\d+)?|build-essential|build-base|gfortran|r-base(?:-core)?|libopenblas.*|libmkl.*|ffmpeg|imagemagick)$/

/** Nothing of the system's is known beyond what the file installs. */
export function* libgompMissing(facts: Facts): Iterable<Problem> {
  const root = facts.shipped[0]
  if (root?.image === undefined || !isSlim(root.image)) return
  const steps = facts.shipped.flatMap(stage => stage.steps)
  const installed = systemCommandsOf(steps).filter(({ action }) => action === 'install')
  if (
    installed.some(({ packages }) =>
      packages.some(word => word.value === undefined || bringsLibgomp.test(packageName(word))),
    )
  )
    return
  if (
    steps.some(
      step =>
        step.kind === 'copy' &&
        step.from &&
        step.sources.some(({ value }) => value === undefined || /libgomp|^\/usr\/lib/.test(value)),
    )
  )
    return
  for (const install of shippedInstalls(facts)) {
    const name = namesOf(install, facts).find(needsLibgomp)
    if (name === undefined) continue
    yield {
      code: 'libgomp-missing',
      level: 'warning',
      in: 'dockerfile',
      span: install.verb.span,
      message: `${name} loads libgomp.so.1, which ${root.image} does not have`,
      hint: 'install libgomp1 in the stage that ships',
    }
    return
  }
}

/** libgomp1, where all that is installed is known and nothing of it needs it. */
export function* libgompForTorch(facts: Facts): Iterable<Problem> {
  const steps = facts.shipped.flatMap(stage => stage.steps)
  const word = systemCommandsOf(steps)
    .filter(({ action }) => action === 'install')
    .flatMap(({ packages }) => packages)
    .find(found => packageName(found) === 'libgomp1')
  if (!word) return
  const installs = shippedInstalls(facts)
  const known = installs.every(
    install =>
      (install.tool === 'pip' || install.tool === 'uv pip') &&
      !install.uncertain &&
      install.wanted.every(({ statement }) => statement.kind === 'requirement') &&
      install.files.every(({ value }) => isKnown(facts, install, value)),
  )
  const names = installs.flatMap(install => namesOf(install, facts))
  if (!known || !names.includes('torch') || names.some(needsLibgomp)) return
  yield {
    code: 'libgomp-for-torch',
    level: 'info',
    in: 'dockerfile',
    span: word.span,
    message:
      'the CPU build of torch carries its own libgomp, and nothing else that is named here needs the one of the system',
    hint: 'leave libgomp1 out, unless a package below loads it',
  }
}

function isKnown(
  { context }: Facts,
  install: ReturnType<typeof shippedInstalls>[number],
  value: string | undefined,
): boolean {
  const source = contextPath(context, install, value)
  const files = source === undefined ? undefined : context.requirements.get(source)
  return (
    files?.every(({ statements }) => statements.every(({ kind }) => kind !== 'reference' && kind !== 'unreadable')) ??
    false
  )
}

const cudaPath =
  /(?:site|dist)-packages\/(?:nvidia|triton|cuda|torch\/lib\/lib(?:torch_cuda|cu|nv))|^\/usr\/local\/cuda|^\/usr\/lib\/.*\/libcu(?:dnn|blas|da)/
const cudaPackage = /^(?:cuda|nvidia|libcu(?:dnn|blas|fft|sparse|solver|rand)|libnccl)[\w*.+-]*$/

/** What a later layer hides and the image still carries. */
export function* cudaRemovedLater({ shipped }: Facts): Iterable<Problem> {
  for (const step of shipped.flatMap(stage => stage.steps)) {
    if (step.kind !== 'run') continue
    for (const command of step.commands) {
      const removed = removedCuda(command.words)
      if (!removed) {
        // What was put there by the same RUN never gets into a layer.
        if (command.words.some(({ value }) => value === 'install' || value === 'sync' || value === 'add')) break
        continue
      }
      yield {
        code: 'cuda-removed-later',
        level: 'warning',
        in: 'dockerfile',
        span: command.span,
        message: `removing ${removed} here hides it, and the layers below still carry it`,
        hint: 'do not install it: take the CPU build of torch and an image without CUDA',
      }
      break
    }
  }
}

function removedCuda(words: SystemCommand['command']['words']): string | undefined {
  const values = words.map(({ value, lead }) => value ?? lead)
  const program = values[0]?.replace(/^.*\//, '') ?? ''
  const rest = values.slice(1)
  const has = (...verbs: string[]) => rest.some(word => verbs.includes(word))
  if (program === 'rm') return rest.find(word => !word.startsWith('-') && cudaPath.test(word))
  const pip = /^(?:pip[\d.]*|uv|python[\d.]*)$/.test(program) && has('uninstall')
  const apt = /^(?:apt|apt-get)$/.test(program) && has('remove', 'purge', 'autoremove')
  return pip || apt ? rest.find(word => cudaPackage.test(word) || (pip && word === 'triton')) : undefined
}
