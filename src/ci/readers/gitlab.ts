import { pythonOfImage } from '../../project-files/dockerfile/python.ts'
import type { YamlFile } from '../../project-files/yaml-nodes.ts'
import type { Job, Machine, Script } from '../job.ts'
import { cudaOfImage, cudaOfVariables, imageMayHoldTorch, namesGpu, ownImage } from '../machine.ts'
import type { SourceFile } from '../source-files.ts'
import { yamlOf } from './yaml-file.ts'
import { yamlScript } from './yaml-script.ts'

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
    if (notJobs.has(name) || items(at(job, 'script')).length + items(at(job, 'before_script')).length === 0) return []
    const values = new Map(
      [at(root, 'variables'), at(job, 'variables')].flatMap(of =>
        entries(of).map(
          ([key, value]) => [key, textOf(at(value, 'value') ?? value)?.replace(/^.*\$.*$/s, '') || undefined] as const,
        ),
      ),
    )
    const common = at(job, 'before_script') ?? at(top, 'before_script') ?? at(root, 'before_script')
    const scripts = [common, at(job, 'script')].flatMap(of => scriptsOf(file, yaml, of, values))
    const imageNode = [job, top, root]
      .map(of => at(of, 'image', 'name') ?? at(of, 'image'))
      .find(node => textOf(node) !== undefined)
    const image = textOf(imageNode)
    const span = yaml.scalarOf(imageNode)
    const tags = items(at(job, 'tags') ?? at(top, 'tags')).map(tag => textOf(tag) ?? '')
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
    const script = scalar && yamlScript(file.text, scalar, true)
    return script ? [{ ...script, file, values, folder: '/', conditional: false }] : []
  })
}
