import { file, folder, type Member, symlink } from './make-tar.ts'

/** A file of a package: its path below site-packages, and its contents or how many bytes of zeros it has. */
export type PackageFile = readonly [path: string, contents: string | number]

/** The members that an installer writes for a package: its files, METADATA, and RECORD with all of them. */
export function installed(site: string, name: string, version: string, files: readonly PackageFile[]): Member[] {
  const info = `${name.replaceAll('-', '_')}-${version}.dist-info`
  const own: PackageFile[] = [
    [`${info}/METADATA`, `Metadata-Version: 2.4\nName: ${name}\nVersion: ${version}\n\nA package.\n`],
  ]
  const record = [...files, ...own].map(([path, contents]) => {
    const size = typeof contents === 'number' ? contents : Buffer.byteLength(contents)
    return `${path.includes(',') ? `"${path}"` : path},sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,${size}\n`
  })
  const list: PackageFile = [`${info}/RECORD`, `${record.join('')}${info}/RECORD,,\n`]
  return [...files, ...own, list].map(([path, contents]) => file(`${site}/${path}`, contents))
}

/** What `torch/version.py` says. */
export const versionFile = (version: string, cuda: string | null, hip: string | null = null): string =>
  `from typing import Optional\n\n__all__ = ['__version__', 'debug', 'cuda', 'git_version', 'hip']\n__version__ = '${version}'\ndebug = False\ncuda: Optional[str] = ${cuda === null ? 'None' : `'${cuda}'`}\ngit_version = 'cf30153c'\nhip: Optional[str] = ${hip === null ? 'None' : `'${hip}'`}\n`

/**
 * The shape of what `pip install torch` of the public index brings on Linux, with made-up sizes: torch with its CUDA libraries, two
 * wheels of CUDA 13 that share a folder, one of a folder of its own, and triton.
 */
export function cudaTorch(site: string): Member[] {
  return [
    ...installed(site, 'torch', '2.13.0', [
      ['torch/__init__.py', 'x = 1\n'],
      ['torch/version.py', versionFile('2.13.0', '13.0')],
      ['torch/cuda/__init__.py', 'x = 2\n'],
      ['torch/lib/libtorch_cpu.so', 400_000],
      ['torch/lib/libtorch_cuda.so', 900_000],
      ['torch/lib/libc10_cuda.so', 1_000],
    ]),
    ...installed(site, 'nvidia-cublas', '13.1.0.3', [
      ['nvidia/cu13/lib/libcublas.so.13', 50_000],
      ['nvidia/cu13/lib/libcublasLt.so.13', 350_000],
      ['nvidia/cu13/include/cublas.h', 2_000],
    ]),
    ...installed(site, 'nvidia-cuda-runtime', '13.0.96', [
      ['nvidia/cu13/lib/libcudart.so.13', 700],
      ['nvidia/cu13/include/cuda_runtime.h', 300],
    ]),
    ...installed(site, 'nvidia-cudnn-cu13', '9.20.0.48', [
      ['nvidia/cudnn/lib/libcudnn.so.9', 100],
      ['nvidia/cudnn/lib/libcudnn_engines_precompiled.so.9', 500_000],
      ['nvidia/cudnn/__init__.py', ''],
    ]),
    ...installed(site, 'triton', '3.9.0', [
      ['triton/__init__.py', 'x = 3\n'],
      ['triton/_C/libtriton.so', 280_000],
    ]),
    symlink(`${site}/nvidia/cu13/lib/libcudart.so`, 'libcudart.so.13'),
  ]
}

/** A CPU build of torch with names that have "cuda" in them. */
export function cpuTorch(site: string): Member[] {
  return installed(site, 'torch', '2.13.0+cpu', [
    ['torch/__init__.py', 'x = 1\n'],
    ['torch/version.py', versionFile('2.13.0+cpu', null)],
    ['torch/cuda/__init__.py', 'x = 2\n'],
    ['torch/include/ATen/cudnn/cudnn-wrapper.h', 30],
    ['torch/share/cmake/Caffe2/FindCUDAToolkit.cmake', 40],
    ['torch/lib/libtorch_cpu.so', 400_000],
    ['torch/lib/libgomp.so.1', 250],
  ])
}

/** Folders as a base image has them. */
export const baseImage: readonly Member[] = [
  folder('etc'),
  file('etc/os-release', 'ID=debian\n'),
  folder('usr'),
  folder('usr/lib'),
  file('usr/lib/libc.so.6', 200_000),
  symlink('lib', 'usr/lib'),
]
