import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AuditResult, audit, auditReports } from '../src/index.ts'
import { type ImageDescription, imageTar } from './audit/make-image.ts'
import { file } from './audit/make-tar.ts'
import { baseImage, cpuTorch, cudaTorch } from './audit/packages.ts'
import { commandIn } from './loopback/in-process.ts'
import { torchpinIn } from './loopback/torchpin.ts'

const site = 'opt/venv/lib/python3.11/site-packages'
const cpu: ImageDescription = {
  layers: [baseImage, cpuTorch(site)],
  commands: ['ADD rootfs.tar /', 'RUN pip install torch==2.13.0+cpu'],
}
const cuda: ImageDescription = {
  layers: [baseImage, cudaTorch(site), [file(`${site}/torch/lib/.wh.libtorch_cuda.so`)]],
  packing: 'zstd',
  commands: [
    'ADD rootfs.tar /',
    'RUN |1 INDEX=https://me:secret@index.example.org/ /bin/sh -c pip install torch # buildkit',
    'RUN /bin/sh -c rm libtorch_cuda.so',
  ],
}

let temporary: string
/** Within this process; `started` is the real command, which takes longer. */
let torchpin: ReturnType<typeof commandIn>
let started: ReturnType<typeof torchpinIn>
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'torchpin-audit-'))
  torchpin = commandIn(temporary)
  started = torchpinIn(temporary)
  writeFileSync(join(temporary, 'cpu.tar'), imageTar(cpu, 'docker-new'))
  writeFileSync(join(temporary, 'cuda.tar'), imageTar(cuda, 'docker-new'))
  for (const { path, data } of cpuTorch(site)) {
    mkdirSync(join(temporary, 'root', dirname(path)), { recursive: true })
    writeFileSync(join(temporary, 'root', path), typeof data === 'number' ? '' : (data ?? ''))
    if (typeof data === 'number') truncateSync(join(temporary, 'root', path), data)
  }
})
afterAll(() => rmSync(temporary, { recursive: true }))

describe('budgets: exactly the true figure is within, a byte less is not', () => {
  const targets = [
    { id: 'an image', path: 'cpu.tar', flag: '--max-size', figure: ({ shipped }: AuditResult) => shipped.bytes },
    { id: 'a folder', path: 'root', flag: '--max-size', figure: ({ effective }: AuditResult) => effective.bytes },
    {
      id: 'a layer',
      path: 'cpu.tar',
      flag: '--max-layer',
      figure: ({ layers }: AuditResult) => Math.max(...layers.map(({ bytes }) => bytes)),
    },
  ]
  test.each(targets)('$id', async ({ path, flag, figure }) => {
    const bytes = figure(await audit(path, { cwd: temporary }))
    const within = await torchpin(temporary, ['audit', path, flag, `${bytes}`])
    expect(within).toMatchObject({ code: 0, stderr: '' })
    expect(within.stdout).toContain('within')
    const over = await torchpin(temporary, ['audit', path, flag, `${bytes - 1}`])
    expect(over.code).toBe(1)
    expect(over.stdout).toContain('error[over-budget]')
    expect(over.stdout).toContain(`(${bytes} bytes)`)
    expect((await torchpin(temporary, ['audit', path, flag, '2GB'])).code).toBe(0)
    expect((await torchpin(temporary, ['audit', path, flag, '1kB'])).code).toBe(1)
  })

  test('a size that is none', async () => {
    expect(await torchpin(temporary, ['audit', 'cpu.tar', '--max-size', '3 apples'])).toMatchObject({ code: 2 })
  })
})

describe('the command', () => {
  test('an image on standard input, compressed', async () => {
    const ran = await started(temporary, ['audit', '--format', 'json', '-'], {
      stdin: gzipSync(imageTar(cuda, 'docker-old')),
    })
    expect(ran).toMatchObject({ code: 1, stderr: '' })
    const result: AuditResult = JSON.parse(ran.stdout)
    expect(Object.keys(result)).toEqual(
      'schema version source torch findings accelerator distributions layers effective shipped budgets ok'.split(' '),
    )
    expect(result).toMatchObject({
      schema: 1,
      ok: false,
      source: { path: '-', kind: 'docker-archive', image: ['app:latest'] },
    })
    expect(ran.stdout).not.toContain('secret')
  })

  test('what cannot be read: exit code 2, and nothing on standard output', async () => {
    const ran = await started(temporary, ['audit', '-'], { stdin: 'no image' })
    expect(ran).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^error\[FILE_UNREADABLE\]: standard input is cut off in the middle of a header\n\s*hint: /,
      ),
    })
  })

  test('--quiet prints errors alone, --verbose every file', async () => {
    expect((await torchpin(temporary, ['audit', '-q', 'cpu.tar'])).stdout).toBe('')
    const told = (await torchpin(temporary, ['audit', '-v', 'cuda.tar'])).stdout
    expect(told).toContain(`  350 kB  ${site}/nvidia/cu13/lib/libcublasLt.so.13\n`)
  })

  test('text', async () => {
    expect((await torchpin(temporary, ['audit', 'cuda.tar', '--max-size', '1MB'])).stdout).toMatchInlineSnapshot(`
      "cuda.tar: image of docker save app:latest, linux-x86_64, 3 layers, 5 packages, 27 files

      opt/venv/lib/python3.11/site-packages/torch/lib/libtorch_cuda.so: error[deleted-but-shipped]: layer 2 ships 900 kB in 1 file of torch that a later layer deletes or replaces
        hint: delete it in the RUN that installs it, or better, do not install it: what a later layer deletes still ships
      opt/venv/lib/python3.11/site-packages/nvidia/cudnn/lib/libcudnn_engines_precompiled.so.9: error[cuda-package]: nvidia-cudnn-cu13 9.20.0.48 is there for GPU builds alone: 501 kB in 5 files
        hint: a CPU build of torch does not ask for it; torchpin rewrite takes its line out
      opt/venv/lib/python3.11/site-packages/nvidia/cu13/lib/libcublasLt.so.13: error[cuda-package]: nvidia-cublas 13.1.0.3 is there for GPU builds alone: 402 kB in 5 files
      opt/venv/lib/python3.11/site-packages/triton/_C/libtriton.so: error[cuda-package]: triton 3.9.0 is there for GPU builds alone: 280 kB in 4 files
      opt/venv/lib/python3.11/site-packages/nvidia/cu13/lib/libcudart.so.13: error[cuda-package]: nvidia-cuda-runtime 13.0.96 is there for GPU builds alone: 1.40 kB in 4 files
      opt/venv/lib/python3.11/site-packages/torch/version.py: error[cuda-torch]: torch 2.13.0 is built for CUDA 13.0: 1.00 kB in 1 file for GPUs alone
        hint: install torch==2.13.0+cpu; torchpin rewrite requirements.txt pins what is installed to CPU builds
      cuda.tar: error[over-budget]: the layers have, unpacked, 2.69 MB (2686697 bytes) where --max-size allows 1.00 MB

        package              version    unpacked  for GPUs
        nvidia-cudnn-cu13    9.20.0.48    501 kB    501 kB  ████████████████████████
        nvidia-cublas        13.1.0.3     402 kB    402 kB  ███████████████████▎
        torch                2.13.0       402 kB   1.00 kB  ███████████████████▎
        triton               3.9.0        280 kB    280 kB  █████████████▌
        nvidia-cuda-runtime  13.0.96     1.40 kB   1.40 kB  ▏
        files of no package               200 kB         –  █████████▋

        layer                       unpacked  stored  for GPUs
        1  ADD rootfs.tar /           200 kB  205 kB         –  █▉
        2  RUN pip install torch     2.49 MB  730 kB   2.09 MB  ████████████████████████
        3  RUN rm libtorch_cuda.so       0 B   809 B         –

      max-size: 2.69 MB of 1.00 MB (all layers, unpacked), exceeded

      2.09 MB of 2.69 MB (1.79 MB to be seen) is for GPUs alone, 900 kB of it deleted or replaced later; --max-size exceeded
      fix: torchpin rewrite requirements.txt, then build the image again
      torchpin explain CODE tells more of each
      "
    `)
    expect((await torchpin(temporary, ['audit', 'cpu.tar'])).stdout).toMatchInlineSnapshot(`
      "cpu.tar: image of docker save app:latest, linux-x86_64, 2 layers, 1 package, 11 files

        package              version     unpacked
        torch                2.13.0+cpu    401 kB  ████████████████████████
        files of no package                200 kB  ████████████

        layer                                 unpacked  stored
        1  ADD rootfs.tar /                     200 kB  205 kB  ████████████
        2  RUN pip install torch==2.13.0+cpu    401 kB  411 kB  ████████████████████████

      Nothing for GPUs: torch 2.13.0+cpu is a CPU build, 601 kB in all
      "
    `)
  })

  test('markdown and annotations', async () => {
    const result = await audit('cuda.tar', { cwd: temporary })
    expect(auditReports.markdown(result)).toMatchInlineSnapshot(`
      "**2.09 MB of 2.69 MB (1.79 MB to be seen) is for GPUs alone, 900 kB of it deleted or replaced later**

      cuda.tar: image of docker save app:latest, linux-x86\\_64, 3 layers, 5 packages, 27 files

      - \`opt/venv/lib/python3.11/site-packages/torch/lib/libtorch_cuda.so\` error \`deleted-but-shipped\`: layer 2 ships 900 kB in 1 file of torch that a later layer deletes or replaces. Hint: delete it in the RUN that installs it, or better, do not install it: what a later layer deletes still ships
      - \`opt/venv/lib/python3.11/site-packages/nvidia/cudnn/lib/libcudnn_engines_precompiled.so.9\` error \`cuda-package\`: nvidia-cudnn-cu13 9.20.0.48 is there for GPU builds alone: 501 kB in 5 files. Hint: a CPU build of torch does not ask for it; torchpin rewrite takes its line out
      - \`opt/venv/lib/python3.11/site-packages/nvidia/cu13/lib/libcublasLt.so.13\` error \`cuda-package\`: nvidia-cublas 13.1.0.3 is there for GPU builds alone: 402 kB in 5 files. Hint: a CPU build of torch does not ask for it; torchpin rewrite takes its line out
      - \`opt/venv/lib/python3.11/site-packages/triton/_C/libtriton.so\` error \`cuda-package\`: triton 3.9.0 is there for GPU builds alone: 280 kB in 4 files. Hint: a CPU build of torch does not ask for it; torchpin rewrite takes its line out
      - \`opt/venv/lib/python3.11/site-packages/nvidia/cu13/lib/libcudart.so.13\` error \`cuda-package\`: nvidia-cuda-runtime 13.0.96 is there for GPU builds alone: 1.40 kB in 4 files. Hint: a CPU build of torch does not ask for it; torchpin rewrite takes its line out
      - \`opt/venv/lib/python3.11/site-packages/torch/version.py\` error \`cuda-torch\`: torch 2.13.0 is built for CUDA 13.0: 1.00 kB in 1 file for GPUs alone. Hint: install torch==2.13.0+cpu; torchpin rewrite requirements.txt pins what is installed to CPU builds

      Fix: torchpin rewrite requirements.txt, then build the image again

      | package | version | unpacked | for GPUs |
      | --- | --- | ---: | ---: |
      | \`nvidia-cudnn-cu13\` | \`9.20.0.48\` | 501 kB | 501 kB |
      | \`nvidia-cublas\` | \`13.1.0.3\` | 402 kB | 402 kB |
      | \`torch\` | \`2.13.0\` | 402 kB | 1.00 kB |
      | \`triton\` | \`3.9.0\` | 280 kB | 280 kB |
      | \`nvidia-cuda-runtime\` | \`13.0.96\` | 1.40 kB | 1.40 kB |

      | layer | unpacked | stored | for GPUs |
      | --- | --- | ---: | ---: |
      | <code>ADD rootfs.tar /</code> | 200 kB | 205 kB |  |
      | <code>RUN pip install torch</code> | 2.49 MB | 730 kB | 2.09 MB |
      | <code>RUN rm libtorch_cuda.so</code> | 0 B | 809 B |  |
      "
    `)
    expect(auditReports.github(result).split('\n')[0]).toMatchInlineSnapshot(
      `"::error file=opt/venv/lib/python3.11/site-packages/torch/lib/libtorch_cuda.so,title=deleted-but-shipped::layer 2 ships 900 kB in 1 file of torch that a later layer deletes or replaces%0Ahint: delete it in the RUN that installs it, or better, do not install it: what a later layer deletes still ships"`,
    )
  })

  test('foreign names reach neither terminal nor markup', async () => {
    const odd = `${site}/\u001b[31m|<b>/libnccl.so.2`
    const image = imageTar({ layers: [[file(odd, 9)]], commands: ['RUN echo "\u001b[2J" | `x`'] }, 'oci')
    writeFileSync(join(temporary, 'odd.tar'), image)
    for (const format of ['text', 'markdown', 'github', 'json']) {
      const { stdout } = await torchpin(temporary, ['audit', '--format', format, 'odd.tar'])
      expect(stdout).toContain('libnccl.so.2')
      expect(stdout).not.toContain('\u001b')
      if (format === 'markdown') expect(stdout).not.toContain('<b>')
    }
  })
})
