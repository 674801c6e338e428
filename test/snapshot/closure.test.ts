import { expect, test } from 'vitest'
import type { PackageIndex } from '../../src/package-index/project-page.ts'
import { snapshotIndex } from '../../src/package-index/snapshot/snapshot-index.ts'
import { parseRequirement } from '../../src/packaging/requirement.ts'
import type { Target } from '../../src/packaging/target.ts'
import { ProjectProvider } from '../../src/resolve/provider/project-provider.ts'
import { resolve } from '../../src/resolve/resolve.ts'

const target: Target = { python: '3.11', platform: 'linux-x86_64' }

/** What uv and pip install for torch 2.13.0, less torch itself (November 2026). */
const companions = `
  cuda-bindings==13.5.0 cuda-pathfinder==1.9.0 cuda-toolkit==13.0.3.0 filelock==4.2.12 fsspec==2026.9.0 jinja2==3.1.6
  markupsafe==3.0.4 mpmath==1.3.0 networkx==3.6.1 nvidia-cublas==13.1.1.3 nvidia-cuda-cupti==13.0.85
  nvidia-cuda-nvrtc==13.0.88 nvidia-cuda-runtime==13.0.96 nvidia-cudnn-cu13==9.20.0.48 nvidia-cufft==12.0.0.61
  nvidia-cufile==1.15.1.6 nvidia-curand==10.4.0.35 nvidia-cusolver==12.0.4.66 nvidia-cusparse==12.6.3.3
  nvidia-cusparselt-cu13==0.8.1 nvidia-nccl-cu13==2.29.7 nvidia-nvjitlink==13.5.37 nvidia-nvshmem-cu13==3.4.5
  nvidia-nvtx==13.0.85 setuptools==84.2.1 sympy==1.14.0 triton==3.7.1 typing-extensions==4.16.0`

const cpu = snapshotIndex('cpu')
const pypi = snapshotIndex('pypi')

/** What an install of one requirement comes to, as pins, with its bytes; torch from an index of its own. */
async function install(line: string, torchFrom: PackageIndex) {
  const provider = new ProjectProvider(
    {
      indexesFor: project => [project === 'torch' ? torchFrom : pypi],
      rulesFor: () => ({ target, sources: true, admits: () => true, pinned: () => false }),
      wantsPrereleases: () => false,
      amend: (_project, _version, metadata) => metadata,
      direct: () => undefined,
    },
    target,
  )
  const lines = [{ requirement: parseRequirement(line), where: 'test' }]
  const found = await resolve([{ target, provider, lines, constraints: [] }])
  const chosen = [...found.values()]
  const sizes = await Promise.all(chosen.map(({ builds: [build] }) => build.index.sizes(build.file)))
  return {
    pins: chosen.map(({ project, builds: [build] }) => `${project}==${build.version.text}`).sort(),
    exact: sizes.every(({ exact }) => exact),
    download: sizes.reduce((sum, { download }) => sum + download!, 0),
    installed: sizes.reduce((sum, { installed }) => sum + installed!, 0),
  }
}

test('the snapshot alone gives the whole install of torch 2.13.0 from the public index, to the byte', async () => {
  const found = await install('torch==2.13.0', pypi)
  expect(found).toEqual({
    pins: ['torch==2.13.0', ...companions.trim().split(/\s+/)].sort(),
    exact: true,
    download: 2_740_713_029,
    installed: 4_764_298_104,
  })
  expect(found.pins).toHaveLength(29)
})

test('and that of its CPU build', async () => {
  const found = await install('torch==2.13.0+cpu', cpu)
  expect(found).toMatchObject({ exact: true, download: 202_222_611, installed: 740_793_797 })
  expect(found.pins).toHaveLength(10)
})
