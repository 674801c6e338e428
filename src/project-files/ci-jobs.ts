import { pythonOfImage } from './dockerfile/python.ts'
import type { StatedPython } from './python-facts.ts'
import type { YamlFile } from './yaml-nodes.ts'

/** The jobs that GitHub makes of a matrix at most. */
const LARGEST_MATRIX = 256

/** A job of a CI system: the Pythons it runs on, and the commands it runs. */
export interface CiJob {
  readonly pythons: readonly StatedPython[]
  readonly commands: string
}

/**
 * The jobs of a GitHub workflow that say which Python they run on: by `python-version` of a step that sets it up
 * (setup-python, setup-uv, setup-miniconda), with what `matrix` and `env` put in its place, or by the image of the job.
 */
export async function jobsOfWorkflow(text: string): Promise<readonly CiJob[]> {
  if (!/python/i.test(text)) return []
  const file = await parsed(text)
  if (!file) return []
  const { at, entries, items, root, textOf } = file
  return entries(at(root, 'jobs')).flatMap(([, job]) => {
    const steps = items(at(job, 'steps'))
    const container = at(job, 'container')
    const versions = steps.flatMap(step =>
      items(at(step, 'with', 'python-version')).flatMap(version =>
        filledIn(file, version, name => valuesNamed(file, name, [step, job])),
      ),
    )
    const pythons = [
      ...[...new Set(versions)].flatMap(version => statedBy(file, version)),
      ...imagePython(file, at(container, 'image') ?? container),
    ]
    const commands = steps.map(step => textOf(at(step, 'run')) ?? '').join('\n')
    return pythons.length > 0 ? [{ pythons, commands }] : []
  })
}

/** The jobs of a .gitlab-ci.yml whose image is one of Python; the image at the top is that of every job without its own. */
export async function jobsOfGitlab(text: string): Promise<readonly CiJob[]> {
  if (!/python/i.test(text)) return []
  const file = await parsed(text)
  if (!file) return []
  const { at, entries, items, root, textOf } = file
  const imageOf = (of: unknown) => at(of, 'image', 'name') ?? at(of, 'image')
  const common = imageOf(at(root, 'default')) ?? imageOf(root)
  return entries(root).flatMap(([, job]) => {
    const script = items(at(job, 'script'))
    const pythons = script.length > 0 ? imagePython(file, imageOf(job) ?? common) : []
    return pythons.length > 0 ? [{ pythons, commands: script.map(line => textOf(line) ?? '').join('\n') }] : []
  })
}

/** The parser loads only when a file needs it. */
async function parsed(text: string): Promise<YamlFile | undefined> {
  const { readYaml } = await import('./yaml-nodes.ts')
  return readYaml(text)
}

/** A value, or those that stand for the expression it is: `${{ matrix.python-version }}`. */
function filledIn(file: YamlFile, value: unknown, valuesOf: (name: string) => readonly unknown[]): readonly unknown[] {
  const name = /\$\{\{\s*([\w.-]+)/.exec(file.textOf(value) ?? '')?.[1]
  return name === undefined ? [value] : valuesOf(name)
}

function valuesNamed({ at, items, root }: YamlFile, name: string, [step, job]: readonly unknown[]): readonly unknown[] {
  const [context, first = '', ...rest] = name.split('.')
  if (context === 'env') return [step, job, root].flatMap(of => at(of, 'env', first) ?? []).slice(0, 1)
  if (context !== 'matrix') return []
  const matrix = at(job, 'strategy', 'matrix')
  const inEach = (of: unknown) => items(of).slice(0, LARGEST_MATRIX)
  const all = [...inEach(at(matrix, first)), ...inEach(at(matrix, 'include')).map(entry => at(entry, first))]
  return all.flatMap(value => (rest.length === 0 ? value : at(value, ...rest)) ?? [])
}

/** What a value states: a version, or one on each line. `3.x`, a range and a pre-release name none. */
function statedBy({ textOf, lineOf }: YamlFile, value: unknown): StatedPython[] {
  const line = lineOf(value)
  return (textOf(value) ?? '').split(/[\s,]+/).flatMap(word => {
    const python = /^(3\.\d{1,2}(?:\.\d{1,2})?)(?:\.x)?$/.exec(word)?.[1]
    return python === undefined ? [] : [{ python, line }]
  })
}

function imagePython({ textOf, lineOf }: YamlFile, image: unknown): StatedPython[] {
  const python = pythonOfImage(textOf(image) ?? '')
  return python === undefined ? [] : [{ python, line: lineOf(image) }]
}
