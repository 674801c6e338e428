import { pythonOfImage } from '../../project-files/dockerfile/python.ts'
import type { YamlFile } from '../../project-files/yaml-nodes.ts'
import type { Job, Machine, Script } from '../job.ts'
import { cudaOfImage, cudaOfVariables, imageMayHoldTorch, namesGpu, ownImage } from '../machine.ts'
import type { SourceFile } from '../source-files.ts'
import { yamlOf } from './yaml-file.ts'
import { scriptIn } from './yaml-script.ts'

/** Keys at the top of a .gitlab-ci.yml that are no jobs. */
const notJobs = new Set([
  'default',
  'variables',
  'stages',
  'include',
  'workflow',
  'image',
  'services',
  'cache',
  'pages:deploy',
  'spec',
])

/**
 * The jobs of a .gitlab-ci.yml. A runner of GitLab's own has no GPU unless its tag says so; one with other tags may have one. A
 * job without tags runs on any runner that takes it.
 */
export async function jobsOfGitlab(file: SourceFile): Promise<readonly Job[]> {
  const yaml = yamlOf(file)
  if (!yaml) return []
  const { at, entries, items, root, textOf } = yaml
  const top = at(root, 'default')
  return entries(root).flatMap(([name, job]) => {
    // What begins with a dot runs only as a part of others.
    if (notJobs.has(name) || name[0] === '.' || entries(job).length === 0) return []
    const of = (key: string) => keyOf(job, key, yaml)
    const [script] = of('script')
    const [before] = of('before_script')
    if (items(script).length + items(before).length === 0) return []
    const values = new Map(
      [at(root, 'variables'), ...of('variables').toReversed()].flatMap(of =>
        entries(of).map(
          ([key, value]) => [key, textOf(at(value, 'value') ?? value)?.replace(/^.*\$.*$/s, '') || undefined] as const,
        ),
      ),
    )
    const common = before ?? at(top, 'before_script') ?? at(root, 'before_script')
    const scripts = [common, script].flatMap(of => scriptsOf(file, yaml, of, values))
    const imageNode = [...of('image'), at(top, 'image'), at(root, 'image')]
      .map(image => at(image, 'name') ?? image)
      .find(node => textOf(node) !== undefined)
    const image = textOf(imageNode)
    const span = yaml.scalarOf(imageNode)
    const tags = items(of('tags')[0] ?? at(top, 'tags')).map(tag => textOf(tag) ?? '')
    return [
      {
        file,
        name,
        variants: [
          {
            machine: machineOf(tags),
            python: image === undefined ? undefined : pythonOfImage(image),
            meansCuda:
              (image === undefined ? undefined : cudaOfImage(image)) ??
              cudaOfVariables(values) ??
              (namesGpu(name) && !/cpu/i.test(name) ? 'its name says so' : undefined),
            mayHoldTorch: imageMayHoldTorch(image),
            ownImage: ownImage(image),
            scripts,
            count: 1,
          },
        ],
        ...(image !== undefined && span ? { image: { name: image, span } } : {}),
        caches: [],
        runsPerMonth: undefined,
      },
    ]
  })
}

/** Jobs within jobs that are followed, and how many of them. */
const MOST_PARENTS = 20

/**
 * What a job has under a key: its own value first, then what it has by merge (`<<`), then what the jobs that it extends have, the
 * last one first.
 */
function keyOf(job: unknown, key: string, { at, items, root, textOf }: YamlFile): unknown[] {
  const found: unknown[] = []
  const seen = new Set<unknown>()
  // No recursion: jobs may extend each other in a ring.
  for (const ahead = [job]; ahead.length > 0 && seen.size < MOST_PARENTS; ) {
    const next = ahead.shift()
    if (next === undefined || seen.has(next)) continue
    seen.add(next)
    const own = at(next, key)
    if (own !== undefined) found.push(own)
    const extended = items(at(next, 'extends')).flatMap(name => at(root, textOf(name) ?? '') ?? [])
    ahead.unshift(...items(at(next, '<<')), ...extended.toReversed())
  }
  return found
}

function machineOf(tags: readonly string[]): Machine {
  const gpu = tags.find(namesGpu)
  const isHosted = tags.length === 0 || tags.every(tag => /^saas-linux-/.test(tag))
  const isOther = tags.some(tag => /windows|macos/i.test(tag))
  return {
    system: isOther ? 'other' : 'linux',
    platform: tags.some(tag => /arm64|aarch64/i.test(tag)) ? 'linux-aarch64' : 'linux-x86_64',
    gpu: gpu !== undefined ? 'yes' : isHosted ? 'no' : 'unknown',
    name: tags.length > 0 ? tags.join(', ') : 'a runner without tags',
  }
}

function scriptsOf(file: SourceFile, yaml: YamlFile, list: unknown, values: Script['values']): Script[] {
  return yaml.items(list).flatMap(item => {
    const scalar = yaml.scalarOf(item)
    const script = scalar && scriptIn(file, scalar, true)
    return script ? [{ ...script, file, values, folder: '/', conditional: false }] : []
  })
}
