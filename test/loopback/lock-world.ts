import type { IndexSpec } from './indexes.ts'

/** The port that the locks of fixtures/locks name: a lock has the URLs of its files. */
export const lockPort = 8419

const pure = { tags: ['py3-none-any'] }
const builds = (platforms: readonly string[]) => ({
  tags: ['cp311', 'cp312'].flatMap(python => platforms.map(platform => `${python}-${python}-${platform}`)),
})
const linux = ['manylinux_2_28_x86_64', 'manylinux_2_28_aarch64']
const everywhere = [...linux, 'win_amd64', 'macosx_11_0_arm64']
const cuda = ['nvidia-cublas==13.1.0 ; platform_system == "Linux"', 'triton==3.7.0 ; platform_system == "Linux"']

/** The index of CPU builds, which ends with torch 2.13.0. */
export const lockCpuWorld: IndexSpec = {
  torch: {
    '2.12.0+cpu': { ...builds([...linux, 'win_amd64']), requires: ['filelock'] },
    '2.12.0': { ...builds(['macosx_11_0_arm64']), requires: ['filelock'] },
    '2.13.0+cpu': { ...builds([...linux, 'win_amd64']), requires: ['filelock'] },
    '2.13.0': { ...builds(['macosx_11_0_arm64']), requires: ['filelock'] },
  },
  torchvision: {
    '0.28.0+cpu': { ...builds([...linux, 'win_amd64']), requires: ['torch==2.13.0', 'numpy'] },
    '0.28.0': { ...builds(['macosx_11_0_arm64']), requires: ['torch==2.13.0', 'numpy'] },
  },
}

/** The public index, whose torch is newer and brings CUDA to Linux. */
export const lockMainWorld: IndexSpec = {
  torch: {
    '2.12.0': { ...builds(everywhere), requires: ['filelock', ...cuda] },
    '2.13.0': { ...builds(everywhere), requires: ['filelock', ...cuda] },
    '2.15.0': { ...builds(everywhere), requires: ['filelock', ...cuda] },
  },
  torchvision: {
    '0.28.0': { ...builds(everywhere), requires: ['torch==2.13.0', 'numpy'] },
    '0.30.0': { ...builds(everywhere), requires: ['torch==2.15.0', 'numpy'] },
  },
  'nvidia-cublas': { '13.1.0': { tags: ['py3-none-manylinux_2_27_x86_64', 'py3-none-manylinux_2_27_aarch64'] } },
  triton: { '3.7.0': builds(linux) },
  filelock: { '3.20.0': pure },
  numpy: { '2.1.2': pure, '2.3.4': { ...pure, requiresPython: '>=3.11' } },
  'sentence-transformers': { '5.1.0': { ...pure, requires: ['torch>=1.11.0', 'numpy'] } },
  requests: {
    '2.32.5': { ...pure, requires: ['idna', 'pysocks ; extra == "socks"', 'win-lib ; sys_platform == "win32"'] },
  },
  server: {
    '1.0': {
      ...pure,
      requires: [
        'idna',
        'requests[socks] ; extra == "standard"',
        'loop ; extra == "standard" and sys_platform != "win32"',
      ],
    },
  },
  idna: { '3.4': pure, '3.11': pure },
  pysocks: { '1.7.1': pure },
  'win-lib': { '0.2': pure },
  loop: { '0.22': builds([...linux, 'macosx_11_0_arm64']) },
  pytest: { '9.0': { ...pure, requires: ['colorama ; sys_platform == "win32"', 'idna'] } },
  ruff: { '0.17': pure },
  colorama: { '0.4.6': pure },
  'no-mac': { '1.0': builds([...linux, 'win_amd64']) },
  'old-lib': { '1.0': { tags: ['sdist'] } },
}
