import type { IndexSpec } from '../../test/loopback/indexes.ts'
import { cpu2023, main2023 } from '../../test/loopback/worlds.ts'
import type { Stage } from './stage.ts'

/** Something that must be so: a sentence, what was seen, what was expected. */
export type Holds = (claim: string, seen: unknown, expected: unknown) => void

export interface Scenario {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  readonly indexes: { readonly cpu: IndexSpec; readonly main: IndexSpec }
  play(stage: Stage, holds: Holds): Promise<void>
}

const linux = (python: string): string => `cp${python}-cp${python}-linux_x86_64`

/** The indexes on a day when the CPU builds of the newest release, 2.1.1, are out. */
const caughtUp = {
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
    pip_requirements: { fileMatch: ['(^|/)requirements/.+\\.txt$'] },
    dependencyDashboard: false,
    fetchChangeLogs: 'off',
    ...more,
  })
}

/** A variable does not get through Renovate, so the indexes stand in a file. */
const settings = { '.python-version': '3.11\n', 'torchpin.toml': 'cpu-index-url = "{CPU}"\nindex-url = "{MAIN}"\n' }

const withBoth = {
  ...settings,
  'renovate.json': renovateJson(),
  'requirements.txt':
    '# Web service\n--index-url {MAIN}\n--extra-index-url {CPU}\n-r requirements/vision.txt\ntorch==2.0.1+cpu  # see api.py\n',
  'requirements/vision.txt': 'torchvision==0.15.2+cpu\n',
}

const withFindLinks = {
  ...settings,
  'requirements.txt': '--index-url {MAIN}\n--find-links {CPU}/torch/\ntorch==2.0.1+cpu\nfastapi==0.104.0\n',
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'both index options, and a file that is included',
    files: withBoth,
    indexes: caughtUp,
    async play(stage, holds) {
      const { repository, gitea } = stage
      const first = await stage.renovate()
      holds('Renovate ends well', first.code, 0)
      holds('it pushes one branch', repository.branches(), ['main', branch])
      holds(
        'torchpin runs once',
        stage.calls().map(({ args, code }) => [args, code]),
        [['rewrite --quiet requirements.txt', 0]],
      )
      const [call] = stage.calls()
      holds('Renovate alone loses +cpu', call?.given, ['torch==2.1.1  # see api.py', 'torchvision==0.16.1'])
      holds(
        'the pushed file has the CPU build, and the rest as it was',
        stage.words(repository.show(branch, 'requirements.txt')),
        '# Web service\n--index-url {MAIN}\n--extra-index-url {CPU}\n-r requirements/vision.txt\ntorch==2.1.1+cpu  # see api.py\n',
      )
      holds(
        'the included file is in step',
        repository.show(branch, 'requirements/vision.txt'),
        'torchvision==0.16.1+cpu\n',
      )
      holds('nothing else changes', repository.changed(branch), ['requirements.txt', 'requirements/vision.txt'])
      holds('torchpin says nothing on standard error', call?.stderr, '')
      holds('a variable of Renovate does not reach it', call?.environment.includes('PIP_INDEX_URL'), false)
      holds('one of customEnvVariables does', call?.environment.includes('TORCHPIN_CACHE_DIR'), true)
      holds(
        'there is one pull request, without a comment',
        gitea.pulls.map(({ comments }) => comments),
        [[]],
      )
      holds('no status says that something failed', failures(stage), [])

      const commit = repository.head(branch)
      const second = await stage.renovate()
      holds('a second run ends well', second.code, 0)
      holds('the branch keeps its commit', repository.head(branch), commit)
      holds('torchpin is not run again', stage.calls().length, 1)
      holds(
        'there is no other pull request, and no comment',
        gitea.pulls.map(({ comments }) => comments),
        [[]],
      )
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
      holds('Renovate raises the pin', stage.calls().at(0)?.given, ['torch==2.1.1'])
      holds(
        'torchpin makes it a CPU build and writes the index line',
        stage.words(stage.repository.show(branch, 'requirements.txt')),
        '# Models\n--extra-index-url {CPU}\ntorch==2.1.1+cpu\nfastapi==0.104.1\n',
      )
      const commit = stage.repository.head(branch)
      await stage.renovate()
      holds('the second run leaves it alone', [stage.repository.head(branch), stage.calls().length], [commit, 1])
    },
  },
  {
    name: 'a release without a CPU build',
    files: withBoth,
    indexes: behind,
    async play(stage, holds) {
      const { repository, gitea } = stage
      const ended = await stage.renovate()
      holds('Renovate ends well all the same', ended.code, 0)
      const calls = stage.calls()
      holds(
        'torchpin refuses',
        calls.map(({ code }) => code),
        [3],
      )
      holds('it says so in one message', calls[0]?.stderr.match(/^error/gm)?.length, 1)
      holds('it says which line', /requirements\.txt:5/.test(calls[0]?.stderr ?? ''), true)
      holds('nothing but its message', /^(?:note:|\s*at )|\u001b/m.test(calls[0]?.stderr ?? ''), false)
      holds(
        'the branch has what Renovate wrote',
        repository.show(branch, 'requirements/vision.txt'),
        'torchvision==0.16.1\n',
      )
      holds('a status of its commit says that it failed', failures(stage), [
        ['renovate/artifacts', repository.head(branch)],
      ])
      const comments = gitea.pulls.flatMap(({ comments }) => comments.map(({ body }) => body))
      holds(
        'a comment shows the message',
        comments.map(body => body.includes(calls[0]?.stderr.trim() ?? '-')),
        [true],
      )
      console.log(indented(comments.join('\n')))
      const commit = repository.head(branch)
      await stage.renovate()
      holds('the second run leaves it alone', [repository.head(branch), stage.calls().length], [commit, 1])
    },
  },
  {
    name: '--find-links',
    files: { ...withFindLinks, 'renovate.json': renovateJson() },
    indexes: caughtUp,
    async play(stage, holds) {
      const ended = await stage.renovate()
      console.log(indented(skipped(ended.output)))
      console.log(indented(JSON.stringify([stage.repository.branches(), stage.calls()], null, 2)))
      if (stage.repository.branches().includes(branch))
        console.log(indented(stage.words(stage.repository.show(branch, 'requirements.txt'))))
      await stage.renovate()
      console.log(stage.calls().length)
    },
  },
  {
    name: '--find-links and pin',
    files: { ...withFindLinks, 'renovate.json': renovateJson({ rangeStrategy: 'pin' }) },
    indexes: caughtUp,
    async play(stage, holds) {
      const ended = await stage.renovate()
      console.log(indented(skipped(ended.output)))
      holds('the branches', stage.repository.branches(), ['main'])
      console.log(indented(JSON.stringify([stage.repository.branches(), stage.calls()], null, 2)))
    },
  },
  {
    name: 'both and pin',
    files: { ...withBoth, 'renovate.json': renovateJson({ rangeStrategy: 'pin' }) },
    indexes: caughtUp,
    async play(stage, holds) {
      const ended = await stage.renovate()
      console.log(indented(skipped(ended.output)))
      holds('the branches', stage.repository.branches(), ['main'])
      console.log(indented(JSON.stringify([stage.repository.branches(), stage.calls()], null, 2)))
    },
  },
  {
    name: '--find-links, and a rule with registryUrls',
    files: {
      ...withFindLinks,
      'renovate.json': renovateJson({
        packageRules: [{ matchPackageNames: ['torch', 'torchvision'], registryUrls: ['{CPU}'] }],
      }),
    },
    indexes: caughtUp,
    async play(stage, holds) {
      const ended = await stage.renovate()
      console.log(indented(skipped(ended.output)))
      holds('Renovate keeps +cpu', stage.calls().at(0)?.given, ['torch==2.1.1+cpu'])
      holds('the pushed file', stage.words(stage.repository.show(branch, 'requirements.txt')), '')
    },
  },
  {
    name: 'executionMode update',
    files: {
      ...withBoth,
      'renovate.json': renovateJson({
        packageRules: [
          {
            matchPackageNames: ['torch', 'torchvision'],
            postUpgradeTasks: {
              commands: ['torchpin rewrite --quiet requirements.txt'],
              fileFilters: ['**/*.txt'],
              executionMode: 'update',
            },
          },
        ],
      }),
    },
    indexes: caughtUp,
    async play(stage, holds) {
      await stage.renovate()
      holds(
        'torchpin runs once for each dependency',
        stage.calls().map(({ args, code }) => [args, code]),
        [
          ['rewrite --quiet requirements.txt', 0],
          ['rewrite --quiet requirements.txt', 0],
        ],
      )
      console.log(indented(JSON.stringify(stage.calls().map(({ given }) => given))))
      holds('the result is the same', stage.words(stage.repository.show(branch, 'requirements.txt')).slice(-30), '')
    },
  },
]

/** Statuses that say that something failed, as context and commit. */
function failures({ gitea }: Stage): readonly (readonly [string, string])[] {
  return gitea.statuses
    .filter(({ status }) => status === 'failure')
    .map(({ context, commit }) => [context, commit] as const)
}

function skipped(output: string): string {
  return [...output.matchAll(/"msg":"([^"]*(?:skip|No currentVersion|satisfying|WARN)[^"]*)"|"skipReason":"[^"]*"/gi)]
    .map(([all]) => all)
    .join('\n')
}

const indented = (text: string): string => text.replace(/^/gm, '    | ')
