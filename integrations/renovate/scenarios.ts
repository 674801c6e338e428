import type { IndexSpec } from '../../test/loopback/indexes.ts'
import { cpu2023, main2023 } from '../../test/loopback/worlds.ts'
import type { Holds } from '../claims.ts'
import type { Stage } from './stage.ts'

export interface Scenario {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  readonly indexes: { readonly cpu: IndexSpec; readonly main: IndexSpec }
  play(stage: Stage, holds: Holds): Promise<void>
}

const linux = (python: string): string => `cp${python}-cp${python}-linux_x86_64`

/** The indexes on a day when the CPU builds of the newest release, 2.1.1, are out. */
export const caughtUp = {
  cpu: {
    ...cpu2023,
    torch: { ...cpu2023['torch'], '2.1.1+cpu': { tags: ['310', '311'].map(linux), requires: ['filelock'] } },
    torchvision: {
      ...cpu2023['torchvision'],
      '0.16.1+cpu': { tags: ['310', '311'].map(linux), requires: ['torch==2.1.1', 'numpy'] },
    },
  },
  main: main2023,
}

/** The indexes on a day when they are not: 2.1.1 is on the public index alone. */
const behind = { cpu: cpu2023, main: main2023 }

const branch = 'renovate/pytorch'

/** What Renovate is told in the repository. */
function renovateJson(more: object = {}): string {
  return JSON.stringify({
    extends: ['{PRESETS}/torchpin.json(requirements.txt)'],
    enabledManagers: ['pip_requirements'],
    // Without this it does not know what lies in requirements/.
    pip_requirements: { fileMatch: ['(^|/)requirements/.+\\.txt$'] },
    dependencyDashboard: false,
    fetchChangeLogs: 'off',
    ...more,
  })
}

const family = ['torch', 'torchvision', 'torchaudio', 'torchtext', 'torchcodec']
const registries = { packageRules: [{ matchPackageNames: family, registryUrls: ['{CPU}'] }] }

/** A variable does not get through Renovate, so the indexes stand in a file. */
const settings = { '.python-version': '3.11\n', 'torchpin.toml': 'cpu-index-url = "{CPU}"\nindex-url = "{MAIN}"\n' }

const service = {
  'requirements.txt':
    '# Web service\n--index-url {MAIN}\n--extra-index-url {CPU}\n-r requirements/vision.txt\ntorch==2.0.1+cpu  # see api.py\n',
  'requirements/vision.txt': 'torchvision==0.15.2+cpu\n',
}

const serviceAfter = {
  'requirements.txt':
    '# Web service\n--index-url {MAIN}\n--extra-index-url {CPU}\n-r requirements/vision.txt\ntorch==2.1.1+cpu  # see api.py\n',
  // Each file leads to its CPU builds when it is read alone, and torch of 2023 wants numpy 1.
  'requirements/vision.txt': '--extra-index-url {CPU}\nnumpy==1.26.4  # for torch 2.1.1\ntorchvision==0.16.1+cpu\n',
}

const withFindLinks = {
  'requirements.txt': '--index-url {MAIN}\n--find-links {CPU}/torch/\ntorch==2.0.1+cpu\n',
}

const command = 'rewrite --quiet requirements.txt'

/** A uv project as torchpin leaves it. */
const uvProject = (torch: string): string => `[project]
name = "app"
version = "1"
requires-python = "==3.11.*"
dependencies = ["${torch}"]

[tool.uv]
package = false

[tool.uv.sources]
torch = { index = "pytorch-cpu" }

[[tool.uv.index]]
name = "pytorch-cpu"
url = "{CPU}"
explicit = true
`

export const scenarios: readonly Scenario[] = [
  {
    name: 'both index options, and a file that is included',
    files: { ...settings, ...service, 'renovate.json': renovateJson() },
    indexes: caughtUp,
    async play(stage, holds) {
      const { repository, host } = stage
      const first = await stage.renovate()
      holds('Renovate ends well', first.code, 0)
      holds('it pushes one branch', repository.branches(), ['main', branch])
      holds('torchpin runs once', runsOf(stage), [[command, 0]])
      const [call] = stage.calls()
      holds('Renovate alone loses +cpu', call?.given, ['torch==2.1.1  # see api.py', 'torchvision==0.16.1'])
      holds('both files are pushed with CPU builds that go together', pushed(stage), serviceAfter)
      holds('torchpin says nothing on standard error', call?.stderr, '')
      holds('PIP_INDEX_URL does not reach it', call?.environment.includes('PIP_INDEX_URL'), false)
      holds('a variable of customEnvVariables does', call?.environment.includes('TORCHPIN_CACHE_DIR'), true)
      holds('there is one pull request, without a comment', commentsOf(stage), [[]])
      holds('no status says that something failed', failures(stage), [])

      const commit = repository.head(branch)
      const second = await stage.renovate()
      holds('a second run ends well', second.code, 0)
      holds('the branch keeps its commit', repository.head(branch), commit)
      holds('torchpin runs again, since Renovate would write another pin', runsOf(stage).length, 2)
      holds('there is no other pull request, and no comment', [host.pulls.length, ...commentsOf(stage)], [1, []])
      holds('torchpin tells of it beforehand', (await stage.told()).includes('renovate-other-index'), true)
    },
  },
  {
    name: 'an extra index alone, as torchpin writes it',
    files: {
      ...settings,
      'renovate.json': renovateJson(),
      'requirements.txt': '--extra-index-url {CPU}\ntorch==2.0.1+cpu\n',
    },
    indexes: caughtUp,
    async play(stage, holds) {
      await stage.renovate()
      holds('Renovate keeps +cpu', stage.calls()[0]?.given, ['torch==2.1.1+cpu'])
      const commit = stage.repository.head(branch)
      await stage.renovate()
      holds('a second run leaves the branch alone', stage.repository.head(branch), commit)
      holds('torchpin is not run again', runsOf(stage), [[command, 0]])
      holds('there is nothing to tell', (await stage.told()).includes('renovate-other-index'), false)
    },
  },
  {
    name: 'a file that knows nothing of CPU builds',
    files: {
      ...settings,
      'renovate.json': renovateJson(),
      'requirements.txt': '# Models\ntorch==2.0.1\nfastapi==0.104.1\n',
    },
    indexes: caughtUp,
    async play(stage, holds) {
      await stage.renovate()
      holds('Renovate raises the pin', stage.calls()[0]?.given, ['torch==2.1.1'])
      holds('torchpin makes it a CPU build and writes the index line', pushed(stage), {
        'requirements.txt': '--extra-index-url {CPU}\n# Models\ntorch==2.1.1+cpu\nfastapi==0.104.1\n',
      })
      const commit = stage.repository.head(branch)
      await stage.renovate()
      holds('a second run leaves the branch alone', stage.repository.head(branch), commit)
    },
  },
  {
    name: 'a release without a CPU build',
    files: { ...settings, ...service, 'renovate.json': renovateJson() },
    indexes: behind,
    async play(stage, holds) {
      const { repository } = stage
      const ended = await stage.renovate()
      holds('Renovate ends well all the same', ended.code, 0)
      const [call] = stage.calls()
      const { stderr = '' } = call ?? {}
      holds('torchpin refuses', runsOf(stage), [[command, 3]])
      holds(
        'it says so in one message and nothing else',
        /^error\[NO_SOLUTION\]: .*\n(?: {2}\S.*\n)*hint: .*\n$/.test(stderr),
        true,
      )
      holds('without colours', stderr.includes('\u001b'), false)
      holds('the message names the line', stderr.includes('requirements.txt:5 asks for torch==2.1.1'), true)
      holds(
        'the branch has what Renovate wrote',
        repository.show(branch, 'requirements/vision.txt'),
        'torchvision==0.16.1\n',
      )
      holds('a status of its commit says that it failed', failures(stage), [
        ['renovate/artifacts', repository.head(branch)],
      ])
      const comments = commentsOf(stage).flat()
      holds(
        'one comment shows the message',
        comments.map(body => body.includes(stderr)),
        [true],
      )
      console.log(comments.join('\n').trimEnd().replace(/^/gm, '    | '))
      const commit = repository.head(branch)
      await stage.renovate()
      holds(
        'a second run leaves the branch and the comment alone',
        [repository.head(branch), commentsOf(stage).flat()],
        [commit, comments],
      )
    },
  },
  {
    name: '--find-links',
    files: { ...settings, ...withFindLinks, 'renovate.json': renovateJson() },
    indexes: caughtUp,
    async play(stage, holds) {
      await stage.renovate()
      holds('Renovate alone loses +cpu', stage.calls()[0]?.given, ['torch==2.1.1'])
      holds('torchpin repairs it', pushed(stage), {
        'requirements.txt': withFindLinks['requirements.txt'].replace('2.0.1', '2.1.1'),
      })
    },
  },
  {
    name: '--find-links and rangeStrategy pin',
    files: { ...settings, ...withFindLinks, 'renovate.json': renovateJson({ rangeStrategy: 'pin' }) },
    indexes: caughtUp,
    async play(stage, holds) {
      const { output } = await stage.renovate()
      holds('Renovate passes torch over', stage.repository.branches(), ['main'])
      holds('and gives a reason in its log alone', output.includes('"skipReason":"invalid-value"'), true)
      holds('torchpin tells of it', (await stage.told()).includes('renovate-other-index'), true)
    },
  },
  {
    name: '--find-links and rangeStrategy pin, with registryUrls',
    files: {
      ...settings,
      ...withFindLinks,
      'renovate.json': renovateJson({ rangeStrategy: 'pin', ...registries }),
    },
    indexes: caughtUp,
    async play(stage, holds) {
      await stage.renovate()
      holds('Renovate keeps +cpu', stage.calls()[0]?.given, ['torch==2.1.1+cpu'])
      await stage.renovate()
      holds('a second run does not run torchpin', runsOf(stage), [[command, 0]])
      holds('there is nothing to tell', (await stage.told()).includes('renovate-other-index'), false)
    },
  },
  {
    name: 'both index options, with registryUrls, where a release has no CPU build',
    files: { ...settings, ...service, 'renovate.json': renovateJson(registries) },
    indexes: behind,
    async play(stage, holds) {
      await stage.renovate()
      holds('Renovate takes the newest CPU build', stage.calls()[0]?.given, [
        'torch==2.1.0+cpu  # see api.py',
        'torchvision==0.16.0+cpu',
      ])
      holds('nothing fails', [runsOf(stage), failures(stage)], [[[command, 0]], []])
    },
  },
  {
    name: 'executionMode update',
    files: {
      ...settings,
      ...service,
      'renovate.json': renovateJson({
        packageRules: [
          {
            matchPackageNames: family,
            postUpgradeTasks: { commands: [`torchpin ${command}`], fileFilters: ['**/*.txt'], executionMode: 'update' },
          },
        ],
      }),
    },
    indexes: caughtUp,
    async play(stage, holds) {
      await stage.renovate()
      holds('torchpin runs once for each dependency', runsOf(stage), [
        [command, 0],
        [command, 0],
      ])
      holds('all of Renovate’s changes are there at the first', stage.calls()[0]?.given, [
        'torch==2.1.1  # see api.py',
        'torchvision==0.16.1',
      ])
      holds('the files come out the same', pushed(stage), serviceAfter)
    },
  },
  {
    name: 'a uv project, as torchpin writes it',
    files: {
      ...settings,
      'renovate.json': renovateJson({
        extends: ['{PRESETS}/torchpin.json(pyproject.toml)'],
        enabledManagers: ['pep621'],
        // Releases of Python are no loopback server's.
        packageRules: [{ matchDepTypes: ['requires-python'], enabled: false }],
      }),
      'pyproject.toml': uvProject('torch==2.0.1'),
    },
    indexes: caughtUp,
    async play(stage, holds) {
      const { output } = await stage.renovate()
      ;(await import('node:fs')).writeFileSync('/tmp/integrate-ren-out.log', output)
      holds(
        'Renovate reads the CPU index, and no other, as where torch comes from',
        registriesOf('torch', stage, output),
        ['{CPU}'],
      )
      holds('torchpin runs once', runsOf(stage), [['rewrite --quiet pyproject.toml', 0]])
      holds('Renovate writes the label', stage.calls()[0]?.given, ['dependencies = ["torch==2.1.1+cpu"]'])
      // With the label, the lock would have no wheel for macOS.
      holds('torchpin takes it away again', pushed(stage), { 'pyproject.toml': uvProject('torch==2.1.1') })
      const commit = stage.repository.head(branch)
      await stage.renovate()
      holds('a second run leaves the branch alone', stage.repository.head(branch), commit)
      holds('there is no status that says that something failed', failures(stage), [])
    },
  },
  {
    name: 'the preset without the name of a file',
    files: { ...settings, ...service, 'renovate.json': renovateJson({ extends: ['{PRESETS}/torchpin.json'] }) },
    indexes: caughtUp,
    async play(stage, holds) {
      await stage.renovate()
      holds('nothing is run', runsOf(stage), [])
      holds(
        'a comment says why',
        commentsOf(stage)
          .flat()
          .map(body => body.includes('has not been added to the allowed list')),
        [true],
      )
    },
  },
]

/** The runs of torchpin: its arguments and how it ended. */
function runsOf(stage: Stage): readonly (readonly [string, number])[] {
  return stage.calls().map(({ args, code }) => [args, code] as const)
}

/** Where Renovate looks for a dependency of pyproject.toml, by its log. */
function registriesOf(name: string, { words }: Stage, log: string): readonly string[] {
  const entries = log
    .split('\n')
    .flatMap(line => (line.includes('"packageFiles with updates"') ? [JSON.parse(line)] : []))
  const deps: readonly { depName: string; registryUrls?: readonly string[] }[] = entries.flatMap(({ config }) =>
    config.pep621.flatMap(({ deps }: { deps: [] }) => deps),
  )
  return deps.filter(({ depName }) => depName === name).flatMap(({ registryUrls = [] }) => registryUrls.map(words))
}

/** The files that the branch changes, with the words for addresses. */
function pushed({ repository, words }: Stage): Readonly<Record<string, string>> {
  return Object.fromEntries(repository.changed(branch).map(path => [path, words(repository.show(branch, path))]))
}

function commentsOf({ host }: Stage): readonly (readonly string[])[] {
  return host.pulls.map(({ comments }) => comments.map(({ body }) => body))
}

/** Statuses that say that something failed, as context and commit, once each: Renovate 44 sets them twice. */
function failures({ host }: Stage): readonly (readonly [string, string])[] {
  const failed = host.statuses.filter(({ status }) => status === 'failure')
  return [
    ...new Map(failed.map(({ context, commit }) => [`${context} ${commit}`, [context, commit] as const])).values(),
  ]
}
