/** What a repository of the organisation is like, and what has to come of it. */
export interface Kind {
  readonly id: string
  /** {MAIN}, {CPU} and {PRESETS} stand for addresses. */
  readonly files: Readonly<Record<string, string>>
  /** The files of its pull request; none where there has to be no pull request. */
  readonly changed: Readonly<Record<string, string>>
  /** Packages that the comment says are gone, of those that carry CUDA. */
  readonly gone: readonly string[]
  /** The status of the branch has to warn. */
  readonly fails: boolean
}

const settings = { '.python-version': '3.11\n', 'torchpin.toml': 'cpu-index-url = "{CPU}"\nindex-url = "{MAIN}"\n' }
const renovate = (file: string) => ({
  'renovate.json': JSON.stringify({
    extends: [`{PRESETS}/torchpin.json(${file})`],
    enabledManagers: ['pip_requirements', 'pep621'],
    packageRules: [
      {
        matchPackageNames: ['torch', 'torchvision', 'torchaudio', 'torchtext', 'torchcodec'],
        matchManagers: ['pip_requirements'],
        registryUrls: ['{CPU}'],
      },
    ],
    dependencyDashboard: false,
    fetchChangeLogs: 'off',
  }),
})
const head = '--index-url {MAIN}\n--extra-index-url {CPU}\n'
export const kinds: readonly Kind[] = [
  {
    id: 'a service whose torch carries CUDA',
    files: { ...settings, ...renovate('requirements.txt'), 'requirements.txt': 'torch==2.0.1\nfastapi==0.104.1\n' },
    changed: { 'requirements.txt': '--extra-index-url {CPU}\ntorch==2.1.1+cpu\nfastapi==0.104.1\n' },
    gone: ['nvidia-cublas-cu11', 'triton'],
    fails: false,
  },
  {
    id: 'a service with a file that it includes',
    files: {
      ...settings,
      ...renovate('requirements.txt'),
      'requirements.txt': `${head}-r vision-requirements.txt\ntorch==2.0.1\n`,
      'vision-requirements.txt': 'fastapi==0.104.1\n',
    },
    changed: { 'requirements.txt': `${head}-r vision-requirements.txt\ntorch==2.1.1+cpu\n` },
    // pip took the CPU build of the old release already: with a label it is the higher version.
    gone: [],
    fails: false,
  },
  {
    id: 'a service that is behind, with CPU builds',
    files: { ...settings, ...renovate('requirements.txt'), 'requirements.txt': `${head}torch==2.0.1+cpu\n` },
    changed: { 'requirements.txt': `${head}torch==2.1.1+cpu\n` },
    gone: [],
    fails: false,
  },
  {
    id: 'a service that is as it should be',
    files: { ...settings, ...renovate('requirements.txt'), 'requirements.txt': `${head}torch==2.1.1+cpu\n` },
    changed: {},
    gone: [],
    fails: false,
  },
  {
    id: 'a repository without torch',
    files: { ...settings, 'requirements.txt': '--index-url {MAIN}\nfastapi==0.104.1\n' },
    changed: {},
    gone: [],
    fails: false,
  },
  {
    id: 'a service for a Python that no CPU build is for',
    files: {
      ...settings,
      '.python-version': '3.12\n',
      ...renovate('requirements.txt'),
      'requirements.txt': 'torch==2.0.1\n',
    },
    // Renovate pushes its own edit, and says that the command failed.
    changed: { 'requirements.txt': 'torch==2.1.1+cpu\n' },
    gone: [],
    fails: true,
  },
]
