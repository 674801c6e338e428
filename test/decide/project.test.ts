import { describe, expect, test } from 'vitest'
import { decideProject, type ProjectManifest } from '../../src/decide/project.ts'
import { readPyprojectManifest } from '../../src/formats/toml/pyproject/format.ts'
import { entriesAsFiles } from '../../src/run/project-entries.ts'
import { chosen, cpu, linesOf } from './given.ts'

const cu128 = cpu.replace('cpu', 'cu128')
const project = (...needs: readonly string[]) => `[project]\nname = "app"\ndependencies = ${JSON.stringify(needs)}\n`
const index = (name: string, url: string, more = 'explicit = true') =>
  `[[tool.uv.index]]\nname = "${name}"\nurl = "${url}"\n${more}\n`
const sources = (...lines: readonly string[]) => `[tool.uv.sources]\n${lines.join('\n')}\n`

function manifestOf(text: string, path: string): ProjectManifest {
  const bytes = Buffer.from(text)
  const manifest = readPyprojectManifest(bytes, path, 'uv')
  const file = { path, absolute: `/${path}`, real: `/${path}`, encoding: manifest.encoding, bytes, own: true, manifest }
  return { manifest, files: entriesAsFiles(file) }
}

/** What is decided about the files of a project, as words: `bind torch pytorch-cpu`. */
function decided(
  root: string,
  {
    members = {},
    installs = ['torch'],
  }: { members?: Readonly<Record<string, string>>; installs?: readonly string[] } = {},
) {
  const files = [
    manifestOf(root, 'pyproject.toml'),
    ...Object.entries(members).map(([path, text]) => manifestOf(text, path)),
  ]
  const resolution = chosen(Object.fromEntries(installs.map(name => [name, '2.1.0+cpu'])))
  const lines = linesOf(files.flatMap(({ files }) => files))
  const result = decideProject(
    { root: files[0]!, members: files.slice(1), lines },
    { resolution, locked: new Set() },
    cpu,
  )
  return {
    words: result.files.map(({ decisions }) => decisions.map(inWords)),
    left: result.left.map(({ source, because }) => `${source.project}: ${because}`),
  }
}

function inWords(decision: ReturnType<typeof decideProject>['files'][number]['decisions'][number]): string {
  switch (decision.kind) {
    case 'anchor':
      return `anchor ${decision.group}: ${decision.projects.join(', ')}`
    case 'bind':
      return `bind ${decision.project} to ${decision.index}`
    case 'name-explicit-index':
      return decision.inPlaceOf ? `name ${decision.name} in place of another` : `name ${decision.name}`
    case 'switch':
    case 'replace':
    case 'pin':
      return `${decision.kind} ${decision.name}: ${[decision.project, decision.specifier].filter(Boolean).join(' ')}`
    case 'unbind':
      return `unbind ${decision.project}`
    default:
      return `${decision.kind} ${'name' in decision ? decision.name : ''}`
  }
}

const bound = sources('torch = { index = "pytorch-cpu" }')
const named = index('pytorch-cpu', cpu)

describe('the root of a project', () => {
  test.each<[id: string, text: string, decisions: string[], installs?: string[]]>([
    ['names torch alone', project('torch>=2'), ['name pytorch-cpu', 'bind torch to pytorch-cpu']],
    [
      'names what brings torch',
      project('timm'),
      [
        'anchor cpu-torch: torch, torchvision',
        'name pytorch-cpu',
        'bind torch to pytorch-cpu',
        'bind torchvision to pytorch-cpu',
      ],
      ['timm', 'torch', 'torchvision'],
    ],
    ['installs no torch', project('flask'), [], ['flask']],
    ['is as it should be', project('torch') + named + bound, []],
    ['has the index under a name of its own', project('torch') + index('cpu', cpu), ['bind torch to cpu']],
    ['writes the index with a slash', project('torch') + index('cpu', `${cpu}/`), ['bind torch to cpu']],
    [
      'has another index of that name',
      project('torch') + index('pytorch-cpu', 'https://mirror.example.org/simple'),
      ['name pytorch-cpu-2', 'bind torch to pytorch-cpu-2'],
    ],
    [
      'has a source for one platform',
      `${project('torch')}${named}${sources(`torch = { index = "pytorch-cpu", marker = "sys_platform == 'linux'" }`)}`,
      ['bind torch to pytorch-cpu'],
    ],
    [
      'has the list form, which Renovate drops',
      `${project('torch')}${named}${sources(`torch = [{ index = "pytorch-cpu" }]`)}`,
      ['bind torch to pytorch-cpu'],
    ],
    [
      'binds torch to CUDA',
      project('torch') + index('pytorch-cu128', cu128) + sources('torch = { index = "pytorch-cu128" }'),
      ['name pytorch-cpu in place of another', 'bind torch to pytorch-cpu'],
    ],
    [
      'binds a GPU package to the index of CUDA builds',
      project('torch', 'xformers') +
        index('cu', cu128) +
        sources('torch = { index = "cu" }', 'xformers = { index = "cu" }'),
      ['name pytorch-cpu in place of another', 'bind torch to pytorch-cpu', 'remove xformers', 'unbind xformers'],
    ],
    [
      'names an extra with torch',
      '[project]\nname = "app"\n[project.optional-dependencies]\nml = ["torch"]\n',
      ['name pytorch-cpu', 'bind torch to pytorch-cpu'],
    ],
    [
      'names a group with torch',
      '[project]\nname = "app"\n[dependency-groups]\ndev = ["torch"]\n',
      ['name pytorch-cpu', 'bind torch to pytorch-cpu'],
    ],
    [
      'only bounds torch, which binds nothing',
      `${project('timm')}[tool.uv]\nconstraint-dependencies = ["torch<3"]\n`,
      ['anchor cpu-torch: torch', 'name pytorch-cpu', 'bind torch to pytorch-cpu'],
      ['timm', 'torch'],
    ],
    ['writes a label', project('torch==2.8.0+cu128') + named + bound, ['switch torch: ==2.8.0']],
    ['writes the label of CPU builds', project('torch==2.8.0+cpu') + named + bound, ['switch torch: ==2.8.0']],
    [
      'names what only CUDA builds need',
      project('torch', 'nvidia-cublas-cu12') + named + bound,
      ['remove nvidia-cublas-cu12'],
    ],
    [
      'names a GPU package',
      project('torch', 'onnxruntime-gpu>=1.20') + named + bound,
      ['replace onnxruntime-gpu: onnxruntime'],
    ],
  ])('%s', (_, text, decisions, installs = ['torch']) => expect(decided(text, { installs }).words).toEqual([decisions]))

  test.each<[id: string, text: string, left: string[]]>([
    ['a repository', project('torch') + sources('torch = { git = "https://example.org/torch.git" }'), ['torch: place']],
    ['a folder', project('torch') + sources('torch = { path = "../torch" }'), ['torch: place']],
    [
      'a source that a comment keeps',
      project('torch') + named + sources('torch = { index = "x" } # torchpin: keep'),
      ['torch: comment'],
    ],
    [
      'a source for each extra',
      project('torch') +
        named +
        index('cu', cu128) +
        sources('torch = [{ index = "pytorch-cpu", extra = "cpu" }, { index = "cu", extra = "cu" }]'),
      ['torch: choice'],
    ],
  ])('keeps %s', (_, text, left) => {
    const result = decided(text)
    expect(result.left).toEqual(left)
    expect(result.words).toEqual([[]])
  })
})

test('an override that cannot be read names nothing', () =>
  expect(decided(`${project('torch')}[tool.uv]\noverride-dependencies = ["foo (bar"]\n`).words).toEqual([
    ['name pytorch-cpu', 'bind torch to pytorch-cpu'],
  ]))

describe('a workspace', () => {
  const workspace = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'

  test('gets the index and the source in its root, also for what a member names', () =>
    expect(decided(workspace, { members: { 'packages/api/pyproject.toml': project('torch') } }).words).toEqual([
      ['name pytorch-cpu', 'bind torch to pytorch-cpu'],
      [],
    ]))

  test('has the source of a member changed where it stands', () => {
    const member = project('torch') + index('cu', cu128) + sources('torch = { index = "cu" }')
    expect(decided(workspace, { members: { 'packages/api/pyproject.toml': member } }).words).toEqual([
      ['name pytorch-cpu'],
      ['bind torch to pytorch-cpu', 'remove-index cu'],
    ])
  })
})
