import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit } from '../../src/audit/audit.ts'
import { readTorchVersion } from '../../src/audit/inventory.ts'
import { acceleratorOf } from '../../src/audit/libraries.ts'
import { rewriteFix, verdict } from '../../src/report/audit/words.ts'
import type { Member } from './make-tar.ts'
import { baseImage, cpuTorch, cudaTorch, installed, type PackageFile, versionFile } from './packages.ts'

let temporary: string
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'torchpin-audit-'))
})
afterAll(() => rmSync(temporary, { recursive: true }))

/** Writes members to a new folder; contents that are numbers take no room on the disk. */
function onDisk(members: readonly Member[]): string {
  const root = mkdtempSync(join(temporary, 'tree-'))
  for (const { path, data, symlink, hardlink } of members) {
    const at = join(root, path)
    mkdirSync(path.endsWith('/') ? at : dirname(at), { recursive: true })
    if (path.endsWith('/')) continue
    if (symlink !== undefined) symlinkSync(symlink, at)
    else if (hardlink !== undefined) linkSync(join(root, hardlink), at)
    else {
      writeFileSync(at, typeof data === 'number' ? '' : (data ?? ''))
      if (typeof data === 'number') truncateSync(at, data)
    }
  }
  return root
}

const site = 'lib/python3.11/site-packages'
const venv = (members: readonly Member[]) => onDisk([{ path: 'pyvenv.cfg', data: 'home = /usr/bin\n' }, ...members])

/** Names and sizes in the wheel of torch 2.13.0+cpu for Python 3.11 on Linux x86_64, as its RECORD lists them. */
const cpuWheel: readonly PackageFile[] = gunzipSync(
  readFileSync(resolve(import.meta.dirname, '../../fixtures/audit/torch-2.13.0+cpu.files.gz')),
)
  .toString()
  .split('\n')
  .filter(line => line !== '' && !line.includes('.dist-info/METADATA') && !line.includes('.dist-info/RECORD'))
  .map(line => {
    const comma = line.lastIndexOf(',')
    const path = line.slice(0, comma)
    return [path, path === 'torch/version.py' ? versionFile('2.13.0+cpu', null) : Number(line.slice(comma + 1))]
  })

describe('clean', () => {
  test('the real CPU torch: 12,246 files, hundreds with "cuda" in their names', async () => {
    expect(cpuWheel.filter(([path]) => /cuda/i.test(path)).length).toBeGreaterThan(800)
    const result = await audit(venv(installed(site, 'torch', '2.13.0+cpu', cpuWheel)))
    expect(result.findings).toEqual([])
    expect(result).toMatchObject({
      ok: true,
      source: { kind: 'venv' },
      torch: [{ path: `${site}/torch`, version: '2.13.0+cpu', cuda: null, hip: null }],
      accelerator: { effective: 0, shipped: 0 },
      layers: [],
    })
    const [torch] = result.distributions
    expect(torch).toMatchObject({ name: 'torch', version: '2.13.0+cpu', accelerator: 0 })
    expect(torch!.files).toBeGreaterThan(12_000)
    expect(torch!.bytes).toBeGreaterThan(697_000_000)
  })

  test.each([
    { id: 'small readers of the driver’s state', name: 'nvidia-ml-py', files: [['pynvml.py', 'x']] as PackageFile[] },
    {
      id: 'OpenMP',
      name: 'lightgbm',
      files: [
        ['lightgbm/lib/lib_lightgbm.so', 9],
        ['lightgbm.libs/libgomp-24e2ab19.so.1.0.0', 9],
      ] as PackageFile[],
    },
    { id: 'names with commas and quotes', name: 'odd', files: [['odd/a,b.py', 'x']] as PackageFile[] },
  ])('$id', async ({ name, files }) => {
    const result = await audit(venv([...cpuTorch(site), ...installed(site, name, '1.0', files)]))
    expect(result.findings).toEqual([])
    expect(result.distributions.find(of => of.name === name)?.files).toBe(files.length + 2)
  })

  const given = process.env['TORCHPIN_TEST_VENV']
  test.skipIf(!given)('a real environment, named by TORCHPIN_TEST_VENV (skipped without)', async () => {
    const result = await audit(given!)
    expect(result.torch).toMatchObject([{ cuda: null, hip: null }])
    expect(result.findings).toEqual([])
  })
})

describe('CUDA is found, named and weighed', () => {
  test('what the public index gives for torch', async () => {
    const result = await audit(venv(cudaTorch(site)))
    expect(
      result.findings.map(({ code, level, distribution, bytes, message }) => ({
        code,
        level,
        distribution,
        bytes,
        message,
      })),
    ).toMatchInlineSnapshot(`
      [
        {
          "bytes": 901000,
          "code": "cuda-torch",
          "distribution": "torch",
          "level": "error",
          "message": "torch 2.13.0 is built for CUDA 13.0: 901 kB in 2 files for GPUs alone",
        },
        {
          "bytes": 500598,
          "code": "cuda-package",
          "distribution": "nvidia-cudnn-cu13",
          "level": "error",
          "message": "nvidia-cudnn-cu13 9.20.0.48 is there for GPU builds alone: 501 kB in 5 files",
        },
        {
          "bytes": 402476,
          "code": "cuda-package",
          "distribution": "nvidia-cublas",
          "level": "error",
          "message": "nvidia-cublas 13.1.0.3 is there for GPU builds alone: 402 kB in 5 files",
        },
        {
          "bytes": 280339,
          "code": "cuda-package",
          "distribution": "triton",
          "level": "error",
          "message": "triton 3.9.0 is there for GPU builds alone: 280 kB in 4 files",
        },
        {
          "bytes": 1402,
          "code": "cuda-package",
          "distribution": "nvidia-cuda-runtime",
          "level": "error",
          "message": "nvidia-cuda-runtime 13.0.96 is there for GPU builds alone: 1.40 kB in 4 files",
        },
      ]
    `)
    const heavy = (name: string) => result.distributions.find(of => of.name === name)!
    // Which of the wheels that share nvidia/cu13 a file is of, RECORD alone tells.
    expect(heavy('nvidia-cublas').accelerator).toBe(heavy('nvidia-cublas').bytes)
    expect(heavy('torch').accelerator).toBe(901_000)
    expect(heavy('torch').bytes).toBeGreaterThan(1_301_000)
    expect(result.accelerator.effective).toBe(result.distributions.reduce((sum, of) => sum + of.accelerator, 0))
    expect(result.findings.find(({ distribution }) => distribution === 'nvidia-cudnn-cu13')?.files?.[0]).toEqual({
      path: `${site}/nvidia/cudnn/lib/libcudnn_engines_precompiled.so.9`,
      bytes: 500_000,
    })
    expect(result.ok).toBe(false)
  })

  test('a torchvision of the public index beside a CPU torch', async () => {
    const vision = installed(site, 'torchvision', '0.28.0', [
      ['torchvision/_C.so', 500],
      ['torchvision.libs/libcudart.3eda8113.so.13', 700],
      ['torchvision.libs/libnvjpeg.4a0b5c81.so.13', 6_000],
      ['torchvision.libs/libpng16.7f72a3c5.so.16', 200],
    ])
    const { findings } = await audit(venv([...cpuTorch(site), ...vision]))
    expect(findings).toMatchObject([
      {
        code: 'cuda-in-package',
        distribution: 'torchvision',
        bytes: 6_700,
        hint: 'install torchvision==0.28.0+cpu; torchpin rewrite requirements.txt pins what is installed to CPU builds',
      },
    ])
  })

  test.each([
    {
      name: 'onnxruntime-gpu',
      path: 'onnxruntime/capi/libonnxruntime_providers_cuda.so',
      code: 'cuda-in-package',
      hint: 'install onnxruntime in its place',
    },
    {
      name: 'bitsandbytes',
      path: 'bitsandbytes/libbitsandbytes_cuda128.so',
      code: 'cuda-in-package',
      hint: 'its releases before 0.48 need CUDA',
    },
    {
      name: 'made-up',
      path: 'made_up.libs/libcublas-45da57e3.so.12',
      code: 'cuda-in-package',
      hint: 'where no build of made-up without CUDA is to be had and it works on a CPU, --accept made-up lets it pass; else leave it out',
    },
    {
      name: 'xgboost',
      path: 'xgboost/lib/libxgboost.so',
      code: 'device-code',
      hint: 'xgboost-cpu is the build without it',
    },
    { name: 'catboost', path: '_catboost.so', code: 'device-code', hint: undefined },
    {
      name: 'jax-rocm7-plugin',
      path: 'jax_rocm7_plugin/x.py',
      code: 'cuda-package',
      hint: 'a CPU build of torch does not ask for it; torchpin rewrite takes its line out',
    },
  ])('$name', async ({ name, path, code, hint }) => {
    const { findings, ok } = await audit(venv(installed(site, name, '1.0', [[path, 10]])))
    expect(findings).toMatchObject([{ code, distribution: name }])
    expect(findings[0]!.hint).toBe(hint)
    expect(ok).toBe(code === 'device-code')
  })

  test('leftovers: files that no RECORD lists', async () => {
    const left = [
      { path: `${site}/nvidia/cublas/lib/libcublas.so.12`, data: 90 },
      { path: `${site}/triton/_C/libtriton.so`, data: 80 },
    ]
    const { findings } = await audit(venv([...cpuTorch(site), ...left]))
    expect(findings.map(({ code, path, bytes }) => [code, path, bytes])).toEqual([
      ['cuda-leftovers', left[0]!.path, 90],
      ['cuda-leftovers', left[1]!.path, 80],
    ])
  })

  test('a torch for CUDA whose libraries were taken away, and one for ROCm', async () => {
    const bare = (name: string, text: string) =>
      installed(`${name}/site-packages`, 'torch', '2.6.0', [['torch/version.py', text]])
    const { findings, torch } = await audit(
      onDisk([...bare('a', versionFile('2.6.0', '12.4')), ...bare('b', versionFile('2.6.0', null, '6.2.4'))]),
    )
    expect(torch.map(({ cuda, hip }) => cuda ?? hip)).toEqual(['12.4', '6.2.4'])
    expect(findings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'cuda-torch: torch 2.6.0 is built for CUDA 12.4',
      'cuda-torch: torch 2.6.0 is built for ROCm 6.2.4',
    ])
  })

  test('conda: its own lists tell, where there is no RECORD', async () => {
    const meta = JSON.stringify({
      name: 'libcublas',
      version: '12.4.5.8',
      files: ['lib/libcublas.so.12', 'lib/libcublas.so'],
    })
    const { findings, source } = await audit(
      onDisk([
        { path: 'conda-meta/libcublas-12.4.5.8-0.json', data: meta },
        { path: 'conda-meta/broken.json', data: '{' },
        { path: 'lib/libcublas.so.12', data: 90 },
        { path: 'lib/libcublas.so', symlink: 'libcublas.so.12' },
      ]),
    )
    expect(source.kind).toBe('venv')
    expect(findings).toMatchObject([{ code: 'cuda-in-package', distribution: 'libcublas', bytes: 90 }])
  })

  test('eggs: installed-files.txt tells', async () => {
    const egg = `${site}/old_gpu-1.0-py3.11.egg-info`
    const { findings } = await audit(
      venv([
        { path: `${egg}/PKG-INFO`, data: 'Name: old-gpu\nVersion: 1.0\n' },
        { path: `${egg}/installed-files.txt`, data: '../old_gpu/libnccl.so.2\nPKG-INFO\n' },
        { path: `${site}/old_gpu/libnccl.so.2`, data: 90 },
      ]),
    )
    expect(findings).toMatchObject([{ distribution: 'old-gpu', bytes: 90 }])
  })
})

describe('what is accepted', () => {
  const ctranslate2 = installed(site, 'ctranslate2', '4.6.0', [
    ['ctranslate2/__init__.py', 'x'],
    ['ctranslate2.libs/libcudnn-74a4c495.so.9.1.0', 126_000],
  ])

  test('the hint says what can be done', async () => {
    const result = await audit(venv(ctranslate2))
    const { findings, ok } = result
    expect(ok).toBe(false)
    expect(rewriteFix(result)).toBe('')
    expect(findings).toMatchObject([
      { code: 'cuda-in-package', level: 'error', hint: expect.stringContaining('--accept ctranslate2 lets it pass') },
    ])
  })

  test.each(['ctranslate2', 'CTranslate2'])('%s is told, and fails nothing', async name => {
    const result = await audit(venv(ctranslate2), { accept: [name] })
    expect(result).toMatchObject({ ok: true, accelerator: { effective: 126_000 } })
    expect(result.findings).toMatchObject([{ code: 'cuda-in-package', level: 'info', accepted: true }])
    expect(result.findings[0]).not.toHaveProperty('hint')
    expect(verdict(result)).toMatch(/is for GPUs alone, all of it accepted$/)
    expect(rewriteFix(result)).toBe('')
  })

  test('another package is not', async () => {
    const { ok, findings } = await audit(venv([...ctranslate2, ...cudaTorch(site)]), { accept: ['ctranslate2'] })
    expect(ok).toBe(false)
    expect(findings.filter(({ accepted }) => accepted).map(({ distribution }) => distribution)).toEqual(['ctranslate2'])
  })
})

describe('folders', () => {
  test.each([
    { id: 'a venv', root: () => venv(cpuTorch(site)), kind: 'venv' },
    { id: 'its site-packages', root: () => join(venv(cpuTorch(site)), site), kind: 'site-packages' },
    { id: 'a folder of pip --target', root: () => onDisk(cpuTorch('.')), kind: 'site-packages' },
    { id: 'a root file system', root: () => onDisk([...baseImage, ...cpuTorch(`usr/${site}`)]), kind: 'rootfs' },
  ])('$id', async ({ root, kind }) => {
    const result = await audit(root())
    expect(result.source.kind).toBe(kind)
    expect(result.torch).toHaveLength(1)
  })

  test('a root file system has several folders of packages', async () => {
    const result = await audit(onDisk([...baseImage, ...cpuTorch(`usr/${site}`), ...cudaTorch(`opt/venv/${site}`)]))
    expect(result.torch.map(({ path, cuda }) => [path, cuda])).toEqual([
      [`opt/venv/${site}/torch`, '13.0'],
      [`usr/${site}/torch`, null],
    ])
  })

  test('links are not followed, out of the folder or in circles; what the kernel shows is left out', async () => {
    const outside = onDisk([{ path: 'libcudart.so.12', data: 50 }])
    const result = await audit(
      onDisk([
        { path: 'usr/a', data: 5 },
        { path: 'usr/out', symlink: outside },
        { path: 'usr/round', symlink: '.' },
        { path: 'usr/libcudart.so.12', symlink: join(outside, 'libcudart.so.12') },
        { path: 'proc/1/libcudart.so.12', data: 50 },
        { path: 'sys/libcudart.so.12', data: 50 },
        { path: 'dev/shm/libcudart.so.12', data: 50 },
      ]),
    )
    expect(result.effective).toEqual({ files: 1, bytes: 5 })
    expect(result.findings.map(({ code }) => code)).toEqual(['no-python-packages'])
    expect(result.ok).toBe(true)
  })

  describe('an environment whose packages are links to a cache (uv pip install --link-mode symlink)', () => {
    /** The members in a cache of their own, and links to each of its files. */
    const linkedTo = (cache: string, members: readonly Member[]): Member[] =>
      members.filter(({ data }) => data !== undefined).map(({ path }) => ({ path, symlink: join(cache, path) }))

    test.each([
      { id: 'CUDA', members: cudaTorch(site) },
      { id: 'clean', members: cpuTorch(site) },
    ])('is told as one of files is: $id', async ({ members }) => {
      const { source: _, ...linked } = await audit(venv(linkedTo(onDisk(members), members)))
      const { source: __, ...plain } = await audit(venv(members))
      expect(linked).toEqual(plain)
    })

    test('so is a folder of packages', async () => {
      const members = cudaTorch(site)
      const root = venv(linkedTo(onDisk(members), members))
      expect((await audit(join(root, site))).torch).toMatchObject([{ cuda: '13.0' }])
    })

    test('two links to one file count once', async () => {
      const cache = onDisk([{ path: 'libnccl.so.2', data: 70 }])
      const result = await audit(
        venv([
          { path: `${site}/a/libnccl.so.2`, symlink: join(cache, 'libnccl.so.2') },
          { path: `${site}/b/libnccl.so.2`, symlink: join(cache, 'libnccl.so.2') },
        ]),
      )
      expect(result.accelerator.effective).toBe(70)
    })

    test('the interpreter, circles, links to nothing, to folders, to devices and to what is there anyway weigh nothing', async () => {
      const outside = onDisk([{ path: 'folder/libcudart.so.12', data: 50 }])
      const { effective } = await audit(venv([{ path: `${site}/x.py`, data: 5 }]))
      const result = await audit(
        venv([
          { path: `${site}/x.py`, data: 5 },
          { path: 'bin/python3', symlink: process.execPath },
          { path: `${site}/round.py`, symlink: 'round.py' },
          { path: `${site}/gone.py`, symlink: join(outside, 'gone.py') },
          { path: `${site}/below-a-file.py`, symlink: join(outside, 'folder/libcudart.so.12/x') },
          { path: `${site}/folder`, symlink: join(outside, 'folder') },
          { path: `${site}/zero.so`, symlink: '/dev/zero' },
          { path: `${site}/y.py`, symlink: 'x.py' },
        ]),
      )
      expect(result.effective).toEqual(effective)
      expect(result.ok).toBe(true)
    })
  })

  test('a file of several names counts once', async () => {
    const result = await audit(
      onDisk([
        { path: 'a/libnccl.so.2', data: 70 },
        { path: 'b/libnccl.so.2', hardlink: 'a/libnccl.so.2' },
      ]),
    )
    expect(result.effective).toEqual({ files: 1, bytes: 70 })
    expect(result.accelerator.effective).toBe(70)
  })

  test('a RECORD that points out of the folder finds nothing there', async () => {
    const info = `${site}/odd-1.0.dist-info`
    const result = await audit(
      venv([
        { path: `${info}/RECORD`, data: `../../../../../../etc/passwd,,\n/etc/passwd,,\nodd-1.0.dist-info/RECORD,,\n` },
      ]),
    )
    expect(result.distributions).toMatchObject([{ name: 'odd', version: '1.0', files: 1 }])
  })

  test('a path that is not there', async () => {
    await expect(audit(join(temporary, 'nowhere'))).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: /is not there$/,
    })
  })

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'a folder that may not be read (skipped for root)',
    async () => {
      const root = onDisk([{ path: 'usr/secret/x', data: 1 }])
      chmodSync(join(root, 'usr/secret'), 0)
      await expect(audit(root)).rejects.toMatchObject({
        code: 'FILE_UNREADABLE',
        hint: 'run it as a user who may read all of it',
      })
      chmodSync(join(root, 'usr/secret'), 0o755)
    },
  )

  test('an image is asked for where there is none', async () => {
    await expect(audit(temporary, { image: 'app' })).rejects.toMatchObject({ code: 'BAD_OPTION' })
  })
})

describe('names of libraries', () => {
  test.each(
    'libcudart.so libcudart.so.12 libcudart-45da57e3.so.11.0 libcudart.faf08d9a.so.13 libcublas.so.12 libcublasLt.so.13 libcudnn.so.9 libcudnn_cnn_infer.so.8 libcufft.so.11 libcufftw.so.11 libcurand.so.10 libcusolver.so.11 libcusolverMg.so.11 libcusparse.so.12 libcusparseLt.so.0 libcupti.so.12 libnvrtc.so.12 libnvrtc-builtins.so.12.4 libnvJitLink.so.12 libnvjpeg.4a0b5c81.so.13 libnvToolsExt.so.1 libnccl.so.2 libnvshmem_host.so.3 libcufile.so.0 libcufile_rdma.so.1 libnppc.so.12 libnppial.so.12 libnvinfer_plugin.so.10 libtorch_cuda.so libtorch_cuda_linalg.so libc10_cuda.so libcaffe2_nvrtc.so libtorch_nvshmem.so libonnxruntime_providers_cuda.so libonnxruntime_providers_tensorrt.so libbitsandbytes_cuda121_nocublaslt.so cudart64_12.dll cublasLt64_12.dll cudnn_ops64_9.dll torch_cuda.dll c10_cuda.dll'.split(
      ' ',
    ),
  )('%s is for CUDA', name => expect(acceleratorOf(name)).toBe('CUDA'))
  test.each('libtorch_hip.so libc10_hip.so libamdhip64.so.6 librocblas.so.4 libhipblas.so.2 libMIOpen.so.1'.split(' '))(
    '%s is for ROCm',
    name => expect(acceleratorOf(name)).toBe('ROCm'),
  )
  test.each(
    'libtorch_cpu.so libtorch.so libc10.so libtorch_python.so libgomp.so.1 libcudart.so.py libcuda.py cuda.h libcudart_static.a FindCUDA.cmake libnvidia-ml.so.1 libnpp.so libcurl.so.4 libcups.so.2 libnvme.so.1 libtorch_cuda.txt libnccl.so.2.txt torch_cpu.dll'.split(
      ' ',
    ),
  )('%s is not', name => expect(acceleratorOf(name)).toBeUndefined())
  test('libcuda.so.1 is the driver’s', () => expect(acceleratorOf('libcuda.so.1')).toBe('driver'))
})

test.each([
  { id: 'today', text: versionFile('2.13.0', '13.0'), build: { version: '2.13.0', cuda: '13.0', hip: null } },
  { id: 'CPU', text: versionFile('2.13.0+cpu', null), build: { version: '2.13.0+cpu', cuda: null, hip: null } },
  {
    id: 'ROCm',
    text: versionFile('2.6.0+rocm6.2.4', null, '6.2.41134'),
    build: { version: '2.6.0+rocm6.2.4', cuda: null, hip: '6.2.41134' },
  },
  {
    id: 'before annotations',
    text: "__version__ = '1.13.1+cu117'\ndebug = False\ncuda = '11.7'\ngit_version = 'x'\nhip = None\n",
    build: { version: '1.13.1+cu117', cuda: '11.7', hip: null },
  },
  {
    id: 'before ROCm',
    text: '__version__ = \'1.0.0\'\ndebug = False\ncuda = "9.0"\n',
    build: { version: '1.0.0', cuda: '9.0', hip: null },
  },
  { id: 'another file', text: 'import os\n', build: undefined },
])('torch/version.py: $id', ({ text, build }) => expect(readTorchVersion(text)).toEqual(build))
