import { posix } from 'node:path'
import { pythonOfImage } from '../../project-files/dockerfile/python.ts'
import { canonicalPath } from '../../project-files/shell/posix-path.ts'
import type { YamlFile } from '../../project-files/yaml-nodes.ts'
import type { Span } from '../../text/edits.ts'
import { runsOfSchedule } from '../cost.ts'
import { evaluate, filledIn, type Lookup, plainValue } from '../expressions.ts'
import type { Job, Script, Variant } from '../job.ts'
import {
  cudaOfImage,
  cudaOfVariables,
  imageMayHoldTorch,
  inImage,
  machineOfLabels,
  namesGpu,
  ownImage,
} from '../machine.ts'
import type { SourceFile, SourceFiles } from '../source-files.ts'
import { type Combination, combinationsOf } from './matrix.ts'
import { mayInstall } from './may-install.ts'
import { yamlOf } from './yaml-file.ts'
import { scriptIn } from './yaml-script.ts'

/** Actions within actions that are followed. */
const DEEPEST = 4

/** A job of a workflow while it is read, or an action in its place. */
interface Context {
  readonly files: SourceFiles
  readonly file: SourceFile
  readonly yaml: YamlFile
  readonly lookup: Lookup
  /** Of the job, in the order in which a later one goes before an earlier one. */
  readonly environments: readonly unknown[]
  readonly values: ReadonlyMap<string, string | undefined>
  readonly defaults: readonly unknown[]
  readonly conditional: boolean
  /** The actions around it, by their folders. */
  readonly above: readonly string[]
  /** How many more steps of actions are followed. */
  readonly budget: { steps: number }
}

/** Steps of actions in the place of the steps of one job, those of actions within them included. */
const MOST_STEPS = 500

/** The jobs of a GitHub workflow. */
export async function jobsOfWorkflow(file: SourceFile, files: SourceFiles): Promise<readonly Job[]> {
  const yaml = yamlOf(file)
  if (!yaml) return []
  const { at, entries, root } = yaml
  const runsPerMonth = runsOfSchedule(yaml, at(root, 'on'))
  const keys = new Set([...file.text.matchAll(/\bmatrix\.([\w-]+)/g)].map(([, key]) => key!))
  const source = { file, files, yaml, keys }
  const jobs: Job[] = []
  for (const [name, job] of entries(at(root, 'jobs'))) {
    const steps = yaml.items(at(job, 'steps'))
    const image = yaml.scalarOf(at(job, 'container', 'image') ?? at(job, 'container'))
    if (steps.length === 0 || (!image && !steps.some(step => isOfInterest(step, yaml)))) continue
    jobs.push({
      file,
      name,
      variants: await variantsOf(name, job, source),
      ...(image && { image: { name: image.value, span: image } }),
      caches: cachesOf(yaml, job),
      runsPerMonth,
    })
  }
  return jobs
}

/** Whether a step may install something: a job without any is not looked at for each combination of its matrix. */
function isOfInterest(step: unknown, { at, textOf }: YamlFile): boolean {
  return textOf(at(step, 'uses'))?.startsWith('./') === true || mayInstall(textOf(at(step, 'run')) ?? '')
}

type Source = Pick<Context, 'file' | 'files' | 'yaml'> & {
  /** Keys of a matrix that the file names. */
  readonly keys: ReadonlySet<string>
}

async function variantsOf(name: string, job: unknown, source: Source): Promise<Variant[]> {
  const { keys, yaml } = source
  const { combinations, each, isDynamic } = combinationsOf(
    yaml,
    job,
    (key, values) => keys.has(key) || namesGpu(key) || values.some(value => namesGpu(yaml.textOf(value) ?? '')),
  )
  const variants: Variant[] = []
  for (const combination of combinations)
    variants.push(await variantOf({ name, job, combination, isDynamic, each }, source))
  return variants
}

interface JobOfMatrix {
  readonly name: string
  readonly job: unknown
  readonly combination: Combination
  readonly isDynamic: boolean
  readonly each: number
}

async function variantOf(one: JobOfMatrix, source: Source): Promise<Variant> {
  const { yaml } = source
  const { at, items, root, textOf } = yaml
  const { name, job, combination, each } = one
  const lookup = lookupFor(one, yaml)
  const labels = items(at(job, 'runs-on', 'labels') ?? at(job, 'runs-on')).map(label =>
    plainValue(textOf(label) ?? '${{ x }}', lookup),
  )
  const container = at(job, 'container')
  const image = plainValue(textOf(at(container, 'image') ?? container) ?? '', lookup) || undefined
  const machine = inImage(machineOfLabels(labels), image, textOf(at(container, 'options')))
  const context: Context = {
    ...source,
    lookup: name => (name === 'runner.os' ? systemName(machine.system, labels) : lookup(name)),
    environments: [at(root, 'env'), at(job, 'env'), at(container, 'env')],
    values: new Map(),
    defaults: [at(root, 'defaults', 'run'), at(job, 'defaults', 'run')],
    conditional: false,
    above: [],
    budget: { steps: MOST_STEPS },
  }
  const steps = items(at(job, 'steps'))
  const condition = textOf(at(job, 'if')) ?? ''
  const shownName = plainValue(textOf(at(job, 'name')) ?? '', lookup) ?? ''
  return {
    machine,
    python: pythonOfSteps(steps, context) ?? (image === undefined ? undefined : pythonOfImage(image)),
    meansCuda:
      cudaOfCombination(combination, yaml) ??
      cudaOfImage(image) ??
      cudaOfVariables(environmentOf(context, undefined)) ??
      cudaOfSteps(steps, yaml) ??
      [name, shownName, condition]
        .filter(text => namesGpu(text) && !/cpu/i.test(text))
        .map(() => 'its name or condition says so')[0],
    mayHoldTorch:
      imageMayHoldTorch(image) ||
      steps.some(step => /miniconda|micromamba|miniforge/i.test(textOf(at(step, 'uses')) ?? '')),
    ownImage: ownImage(image),
    scripts: await scriptsOf(steps, context),
    count: each,
  }
}

function systemName(system: Variant['machine']['system'], labels: readonly (string | undefined)[]): string | undefined {
  if (system === 'linux') return 'Linux'
  if (labels.some(label => /^macos/i.test(label ?? ''))) return 'macOS'
  return labels.some(label => /^windows/i.test(label ?? '')) ? 'Windows' : undefined
}

/** What names stand for in a job: its combination, the variables of the workflow, the defaults of what callers give. */
function lookupFor({ job, combination, isDynamic }: JobOfMatrix, { at, root, textOf }: YamlFile): Lookup {
  const lookup: Lookup = name => {
    const [context, key = '', ...rest] = name.split('.')
    if (context === 'matrix') {
      if (!combination.has(key)) return isDynamic ? undefined : ''
      const node = combination.get(key)
      const text = textOf(rest.length > 0 ? at(node, ...rest) : node)
      return text === undefined ? (rest.length > 0 ? '' : undefined) : text.includes('${{') ? undefined : text
    }
    if (context === 'env') {
      const text = textOf(at(job, 'env', key) ?? at(root, 'env', key))
      return text?.includes('${{') ? undefined : text
    }
    if (context === 'inputs') {
      const given = at(root, 'on', 'workflow_call', 'inputs', key) ?? at(root, 'on', 'workflow_dispatch', 'inputs', key)
      return textOf(at(given, 'default'))
    }
    return name === 'github.workspace' ? '/' : undefined
  }
  return lookup
}

/** The scripts of steps in their order, those of actions of the same repository in their place. */
async function scriptsOf(steps: readonly unknown[], context: Context): Promise<Script[]> {
  const { yaml, file } = context
  const { at, textOf } = yaml
  const scripts: Script[] = []
  for (const step of steps) {
    if (context.above.length > 0 && context.budget.steps-- <= 0) break
    const runs = whetherRuns(textOf(at(step, 'if')), context)
    if (runs === 'no') continue
    const conditional = context.conditional || runs === 'perhaps'
    const uses = textOf(at(step, 'uses'))
    if (uses?.startsWith('./')) scripts.push(...(await scriptsOfAction(uses, step, { ...context, conditional })))
    const scalar = yaml.scalarOf(at(step, 'run'))
    const script = scalar && scriptIn(file, scalar)
    if (!script) continue
    const shell = [step, ...context.defaults.toReversed()].map(of => textOf(at(of, 'shell'))).find(named => named)
    const folders = [step, ...context.defaults.toReversed()].map(of => textOf(at(of, 'working-directory')))
    const folder = plainValue(folders.find(named => named) ?? '/', context.lookup)
    const isForeign = shell !== undefined && !/^(?:ba|z|da|k|a)?sh\b/.test(shell)
    scripts.push({
      ...script,
      file,
      text: filledIn(script.text, context.lookup),
      values: environmentOf(context, at(step, 'env')),
      folder: canonicalPath('/', folder),
      ...(isForeign && { foreignShell: shell }),
      conditional,
    })
  }
  return scripts
}

/** Whether a step runs on the combination that is looked at; `perhaps`: by something that may be about the hardware. */
function whetherRuns(condition: string | undefined, { lookup }: Context): 'yes' | 'no' | 'perhaps' {
  if (condition === undefined) return 'yes'
  const value = evaluate(condition.replace(/\$\{\{|\}\}/g, ' '), lookup)
  if (value !== undefined) return /^(?:|false|0)$/.test(value) ? 'no' : 'yes'
  // Of a switch that a caller sets, both cases are looked at; one that is about the hardware may mean CUDA.
  return namesGpu(condition) ||
    /\b(?:matrix|runner)\.|cpu|device|accelerator|hardware|backend|platform/i.test(condition)
    ? 'perhaps'
    : 'yes'
}

/** The variables of a step: those of the workflow, the job, and its own. */
function environmentOf({ yaml, environments, values, lookup }: Context, own: unknown): Map<string, string | undefined> {
  const pairs = [...environments, own].flatMap(environment => yaml.entries(environment))
  return new Map([
    ...values,
    ...pairs.map(([name, value]) => [name, plainValue(yaml.textOf(value) ?? '', lookup)] as const),
  ])
}

async function scriptsOfAction(uses: string, step: unknown, context: Context): Promise<Script[]> {
  const folder = posix.normalize(`/${uses}`)
  if (context.above.length >= DEEPEST || context.above.includes(folder)) return []
  for (const name of ['action.yml', 'action.yaml']) {
    const file = await context.files.at(posix.join(folder, name))
    const yaml = file && yamlOf(file)
    if (!yaml) continue
    const given = new Map(
      context.yaml
        .entries(context.yaml.at(step, 'with'))
        .map(([key, value]) => [key, plainValue(context.yaml.textOf(value) ?? '', context.lookup)] as const),
    )
    return scriptsOf(yaml.items(yaml.at(yaml.root, 'runs', 'steps')), {
      ...context,
      file,
      yaml,
      lookup: inputsLookup(yaml, given, context.lookup),
      environments: [],
      values: environmentOf(context, context.yaml.at(step, 'env')),
      defaults: [],
      above: [...context.above, folder],
    })
  }
  return []
}

function inputsLookup(
  { at, root, textOf }: YamlFile,
  given: ReadonlyMap<string, string | undefined>,
  outer: Lookup,
): Lookup {
  return name => {
    const key = /^inputs\.(.+)$/.exec(name)?.[1]
    if (key === undefined) return /^(?:matrix|env)\./.test(name) ? undefined : outer(name)
    return given.has(key) ? given.get(key) : (textOf(at(root, 'inputs', key, 'default')) ?? '')
  }
}

/** A composite action, as if a job had nothing else: where it runs is not known. */
export async function jobsOfAction(file: SourceFile, files: SourceFiles): Promise<readonly Job[]> {
  const yaml = yamlOf(file)
  if (!yaml) return []
  const { at, items, root } = yaml
  const steps = items(at(root, 'runs', 'steps'))
  if (steps.length === 0) return []
  const context: Context = {
    file,
    files,
    yaml,
    lookup: inputsLookup(yaml, new Map(), () => undefined),
    environments: [],
    values: new Map(),
    defaults: [],
    conditional: false,
    above: [],
    budget: { steps: MOST_STEPS },
  }
  const machine = {
    system: 'unknown',
    platform: 'linux-x86_64',
    gpu: 'unknown',
    name: 'whoever uses the action',
  } as const
  const variant: Variant = {
    machine,
    python: pythonOfSteps(steps, context),
    meansCuda: cudaOfSteps(steps, yaml),
    mayHoldTorch: false,
    ownImage: undefined,
    scripts: await scriptsOf(steps, context),
    count: 1,
  }
  return [{ file, name: 'steps', variants: [variant], caches: [], runsPerMonth: undefined }]
}

/** The Python that a step sets up; the last one named counts, as for setup-python. */
function pythonOfSteps(steps: readonly unknown[], { yaml, lookup }: Context): string | undefined {
  const { at, items, textOf } = yaml
  for (const step of steps) {
    const found = items(at(step, 'with', 'python-version'))
      .flatMap(node => plainValue(textOf(node) ?? '', lookup)?.split(/[\s,]+/) ?? [])
      .flatMap(text => /^(3\.\d{1,2})(?:\D|$)/.exec(text)?.[1] ?? [])
      .at(-1)
    if (found !== undefined) return found
  }
  return undefined
}

function cudaOfCombination(combination: Combination, { textOf }: YamlFile): string | undefined {
  for (const [key, node] of combination) {
    const value = textOf(node) ?? ''
    if (namesGpu(value) || /^cu\d{2,3}$/i.test(value)) return `matrix.${key} is ${value}`
    if (namesGpu(key) && !/^(?:|-|0|cpu|none|no|off|false)$/i.test(value)) return `matrix.${key} is ${value}`
  }
  return undefined
}

function cudaOfSteps(steps: readonly unknown[], { at, textOf }: YamlFile): string | undefined {
  const uses = steps.map(step => textOf(at(step, 'uses')) ?? '').find(text => /cuda|nvidia|rocm/i.test(text))
  return uses === undefined ? undefined : `it uses ${uses}`
}

/** Steps that keep packages, or wheels of them, from run to run. */
function cachesOf({ at, items, scalarOf, textOf }: YamlFile, job: unknown): Span[] {
  return items(at(job, 'steps')).flatMap(step => {
    const uses = textOf(at(step, 'uses')) ?? ''
    const node = /^actions\/cache(?:\/|@|$)/.test(uses)
      ? at(step, 'with', 'path')
      : /\/setup-python@/.test(uses)
        ? at(step, 'with', 'cache')
        : /\/setup-uv@/.test(uses)
          ? at(step, 'with', 'enable-cache')
          : undefined
    const scalar = node === undefined ? undefined : scalarOf(node)
    const holds =
      scalar &&
      (uses.startsWith('actions/cache')
        ? /pip|venv|\buv\b|site-packages|pythonLocation|poetry/.test(scalar.value)
        : !/^(?:|false|npm)$/.test(scalar.value))
    return holds ? [{ start: scalar.start, end: scalar.end }] : []
  })
}
