import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { explanations } from '../src/contract/codes/codes.ts'
import { explain } from '../src/explain/explain.ts'
import { codeIndexMarkdown, codeList, explanationMarkdown, explanationText } from '../src/report/explain.ts'

const docs = resolve(import.meta.dirname, '../docs/codes')
const plain = { color: false, width: 80, diffOnly: false, quiet: false, ascii: false }

/** Messages as the tools print them, and the page that is to come first. */
const messages: readonly { id: string; text: string; code: string; here?: string | RegExp }[] = [
  {
    id: 'pip, no index line',
    text: 'ERROR: Could not find a version that satisfies the requirement torch==2.1.0+cpu (from versions: 2.5.0, 2.5.1)\nERROR: No matching distribution found for torch==2.1.0+cpu\n',
    code: 'no-matching-distribution',
    here: /^none of the versions that pip saw is a \+cpu build, so the index line is missing: torchpin rewrite adds it/,
  },
  {
    id: 'pip, no wheel for this Python',
    text: 'ERROR: Could not find a version that satisfies the requirement torch==2.1.0+cpu (from versions: none)',
    code: 'no-matching-distribution',
    here: /^pip saw no version at all, so most likely no wheel is for this Python or this platform/,
  },
  {
    id: 'pip, behind a proxy with a certificate of its own',
    text: `WARNING: Retrying (Retry(total=0)) after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'))': /whl/cpu/torch/\nERROR: Could not find a version that satisfies the requirement torch==2.5.1 (from versions: none)\nERROR: No matching distribution found for torch==2.5.1`,
    code: 'index-not-reached',
    here: /^pip could not open an index \(its certificate was not accepted\) and saw no version at all/,
  },
  {
    id: 'pip, without a network',
    text: `WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError('Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/torch/\nERROR: Could not find a version that satisfies the requirement torch (from versions: none)`,
    code: 'index-not-reached',
    here: /^pip could not open an index \(the name of its host was not found\)/,
  },
  {
    id: 'pip, no index line and a newer Python',
    text: 'ERROR: Could not find a version that satisfies the requirement torch==2.1.0+cpu (from versions: 2.2.0, 2.3.0, 2.15.0)',
    code: 'no-matching-distribution',
    here: /so the index line is missing.*; 2\.1\.0 is not among them either, so this Python may have no wheel of it/,
  },
  {
    id: 'uv, platforms and its hint',
    text: "hint: You're on macOS (`macosx_15_0_arm64`), but `torch` (v2.5.1+cpu) only has wheels for the following platforms: `manylinux1_x86_64`, `win_amd64`; consider adding \"sys_platform == 'darwin'\"",
    code: 'wheel-for-other-platform',
    here: 'this is macOS (macosx_15_0_arm64), and the wheels are for manylinux1_x86_64, win_amd64',
  },
  {
    id: 'torch.compile in a slim image',
    text: 'torch._inductor.exc.InductorError: InvalidCxxCompiler: No working C++ compiler found in torch._inductor.config.cpp.cxx',
    code: 'compiler-missing',
  },
  {
    id: 'torch of conda and a newer MKL',
    text: 'ImportError: /opt/conda/lib/python3.10/site-packages/torch/lib/libtorch_cpu.so: undefined symbol: iJIT_NotifyEvent',
    code: 'mkl-too-new',
  },
  {
    id: 'torchvision for another CUDA',
    text: 'RuntimeError: Detected that PyTorch and torchvision were compiled with different CUDA major versions.',
    code: 'torchvision-other-build',
  },
  {
    id: 'pip, another release',
    text: 'ERROR: Could not find a version that satisfies the requirement torch==2.1.0+cpu (from versions: 2.5.0+cpu, 2.5.0, 2.6.0+cpu)',
    code: 'no-matching-distribution',
    here: 'pip saw from 2.5.0+cpu to 2.6.0+cpu: what is asked for is not among them for this Python and platform; torchpin versions torch shows for which it is',
  },
  {
    id: 'pip, a CUDA pin',
    text: 'ERROR: Could not find a version that satisfies the requirement torch==2.1.0+cu118 (from versions: 1.13.0, 2.0.0, 2.15.0)\nERROR: No matching distribution found for torch==2.1.0+cu118',
    code: 'no-matching-distribution',
    here: '+cu118 asks for a build for GPUs, which only the index …/whl/cu118 has; for CPUs it is torch==2.1.0+cpu from the CPU index, and torchpin rewrite writes both',
  },
  {
    id: 'pip, broken over lines',
    text: 'No matching\n    distribution found for torch==9',
    code: 'no-matching-distribution',
  },
  {
    id: 'pip, a line that only GPUs need',
    text: 'ERROR: Could not find a version that satisfies the requirement nvidia-cublas-cu12==12.1.3.1 (from versions: 0.0.1.dev5)\nERROR: No matching distribution found for nvidia-cublas-cu12==12.1.3.1',
    code: 'gpu-line',
  },
  {
    id: 'pip, the index of torch alone',
    text: 'Looking in indexes: https://download.pytorch.org/whl/cpu\nERROR: Could not find a version that satisfies the requirement fastapi (from versions: none)\nERROR: No matching distribution found for fastapi',
    code: 'cpu-index-alone',
  },
  {
    id: 'pip, pytorch pinned by the version of conda',
    text: 'ERROR: Could not find a version that satisfies the requirement pytorch==1.11.0 (from versions: 0.1.2, 1.0.2)\nERROR: No matching distribution found for pytorch==1.11.0',
    code: 'no-matching-distribution',
    here: 'the package of PyTorch is called torch: write torch in place of pytorch',
  },
  {
    id: 'pip, the package named pytorch',
    text: '  Exception: You tried to install "pytorch". The package named for PyTorch is "torch"',
    code: 'misleading-name',
  },
  {
    id: 'uv, no such version',
    text: 'error: No solution found when resolving dependencies\n  cause: Because there is no version of torch==2.1.0+cu118 and you require torch==2.1.0+cu118, we can conclude that your requirements are unsatisfiable.',
    code: 'versions-conflict',
  },
  {
    id: 'uv, the first index has it in another version',
    text: 'Because only requests==2.28.1 is available and you require requests>=2.31, we can conclude that your requirements are unsatisfiable.\n\n hint: `requests` was found on https://download.pytorch.org/whl/cpu, but not at the requested version (requests>=2.31). A compatible version may be available on a subsequent index. By default, uv will only consider versions that are published on the first index that contains a given package, to avoid dependency confusion attacks. If all indexes are equally trusted, use `--index-strategy unsafe-best-match` to consider all versions from all indexes.',
    code: 'uv-first-index',
  },
  {
    id: 'uv, a lock for another platform',
    text: "error: Distribution `torch==2.9.1+cpu @ registry+https://download.pytorch.org/whl/cpu` can't be installed because it doesn't have a source distribution or wheel for the current platform",
    code: 'wheel-for-other-platform',
    here: 'torch==2.9.1+cpu is a build for Linux and Windows: on macOS ask for torch==2.9.1, on Alpine take an image with glibc',
  },
  {
    id: 'uv, a lock for another platform, with its hint',
    text: "error: Distribution `torch==2.6.0 @ registry+https://download.pytorch.org/whl/cpu` can't be installed because it doesn't have a source distribution or wheel for the current platform\n\nhint: You're on Linux (`manylinux_2_35_x86_64`), but `torch` (v2.6.0) only has wheels for the following platform: `macosx_11_0_arm64`",
    code: 'wheel-for-other-platform',
    here: 'this is Linux (manylinux_2_35_x86_64), and the wheels are for macosx_11_0_arm64',
  },
  {
    id: 'uv, another Python',
    text: 'error: No solution found when resolving dependencies\n  cause: Because torch==2.1.0 has no wheels with a matching Python ABI tag (e.g., `cp313`) and you require torch==2.1.0, we can conclude that your requirements are unsatisfiable.\n\nhint: You require CPython 3.13 (`cp313`), but we only found wheels for `torch` (v2.1.0) with the following Python ABI tags: `cp38`, `cp39`, `cp310`, `cp311`',
    code: 'wheel-for-other-python',
    here: 'the install is for CPython 3.13 (cp313), and the wheels are for cp38, cp39, cp310, cp311',
  },
  {
    id: 'pip, Requires-Python',
    text: "ERROR: Package 'p' requires a different Python: 3.11.7 not in '>=3.12'",
    code: 'wheel-for-other-python',
    here: 'pip runs in Python 3.11.7, and the package asks for >=3.12',
  },
  {
    id: 'pip, a wheel of another platform',
    text: 'ERROR: torch-2.1.0+cpu-cp310-cp310-linux_x86_64.whl is not a supported wheel on this platform.',
    code: 'wheel-for-other-platform',
  },
  {
    id: 'pip, a label with a range',
    text: "ERROR: Invalid requirement: 'torch>=2.0+cpu': Local version label can only be used with `==` or `!=` operators\n    torch>=2.0+cpu\n         ~~~~~^ (from line 1 of a.txt)",
    code: 'local-label-with-range',
  },
  {
    id: 'uv, a label with a range',
    text: "error: Couldn't parse requirement in `a.txt` at position 0\n  cause: Operator >= is incompatible with versions containing non-empty local segments (`+cpu`)",
    code: 'local-label-with-range',
  },
  {
    id: 'pip, hashes',
    text: 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions, please update the hashes. Otherwise, examine the package contents carefully; someone may have tampered with them.\n    torch==2.1.0 from https://index.example/torch-2.1.0-cp311-cp311-linux_x86_64.whl (from -r h.txt (line 1)):\n        Expected sha256 00\n             Got        8a',
    code: 'hash-mismatch',
    here: 'the file is one of torch: its CPU build has other hashes than its CUDA build, so a recorded hash of the other one can never fit',
  },
  {
    id: 'uv, hashes',
    text: 'error: Failed to download `six==1.16.0`\n  cause: Hash mismatch for `six==1.16.0`',
    code: 'hash-mismatch',
  },
  {
    id: 'pip, a hash on some lines',
    text: 'ERROR: Hashes are required in --require-hashes mode, but they are missing from some requirements.',
    code: 'hashes-incomplete',
  },
  {
    id: 'pip, a conflict',
    text: 'ERROR: Cannot install torch==2.1.0 and torchvision==0.15.0 because these package versions have conflicting dependencies.\n\nThe conflict is caused by:\n    The user requested torch==2.1.0\n    torchvision 0.15.0 depends on torch==2.0.0+cu117\n\nERROR: ResolutionImpossible: for help visit …',
    code: 'versions-conflict',
  },
  {
    id: 'pip, what is installed conflicts',
    text: "ERROR: pip's dependency resolver does not currently take into account all the packages that are installed. This behaviour is the source of the following dependency conflicts.\ntorchvision 0.15.0 requires torch==2.0.0, but you have torch 2.1.0+cpu which is incompatible.",
    code: 'versions-conflict',
  },
  {
    id: 'a full disk, in a log with CUDA',
    text: 'Collecting nvidia-cublas-cu12==12.1.3.1\n  Downloading nvidia_cudnn_cu12-8.9.2.26-py3-none-manylinux1_x86_64.whl (731.7 MB)\nERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
    code: 'no-space-left',
    here: 'nvidia-cublas-cu12 and 1 more in the log are what a CUDA build of torch brings: with the CPU build they are not installed at all',
  },
  { id: 'a full disk', text: 'OSError: [Errno 28] No space left on device', code: 'no-space-left' },
  { id: 'killed', text: 'Killed', code: 'installation-killed' },
  {
    id: 'killed in a build',
    text: 'ERROR: failed to solve: process "/bin/sh -c pip install torch" did not complete successfully: exit code: 137',
    code: 'installation-killed',
  },
  {
    id: 'pip, a time-out',
    text: "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='index.example', port=443): Read timed out.",
    code: 'download-interrupted',
  },
  {
    id: 'uv, a time-out',
    text: 'error: Failed to download `nvidia-cudnn-cu12==9.1.0.70`\n  Caused by: Failed to download distribution due to network timeout. Try increasing UV_HTTP_TIMEOUT (current value: 30s).',
    code: 'download-interrupted',
    here: 'nvidia-cudnn-cu12 in the log is what a CUDA build of torch brings: with the CPU build it is not installed at all',
  },
  {
    id: 'uv, 403',
    text: 'error: Failed to fetch: `https://download.pytorch.org/whl/cpu111/torch/`\n  Caused by: HTTP status client error (403 Forbidden) for url (https://download.pytorch.org/whl/cpu111/torch/)',
    code: 'index-forbidden',
    here: 'download.pytorch.org says 403 for what is not there: the folder or the project of the URL does not exist',
  },
  {
    id: 'pip, a + in the URL of a wheel',
    text: 'ERROR: HTTP error 403 while getting https://download.pytorch.org/whl/cpu/torch-2.1.0+cpu-cp311-cp311-linux_x86_64.whl',
    code: 'index-forbidden',
    here: 'the URL of the wheel has a literal +, which download.pytorch.org refuses: write %2B',
  },
  {
    id: 'uv, no network',
    text: 'error: Request failed after 3 retries in 5.5s\n  cause: Failed to fetch: https://download.pytorch.org/whl/cpu/requests/\n  cause: client error (Connect)\n  cause: dns error',
    code: 'index-not-reached',
  },
  {
    id: 'pip, pip list as requirements',
    text: "ERROR: Invalid requirement: 'numpy 1.26.3': Expected semicolon (after name with no version specifier) or end\n    numpy 1.26.3\n          ^ (from line 1 of b.txt)",
    code: 'line-not-a-requirement',
  },
  {
    id: 'uv, a conda list',
    text: 'error: Couldn\'t parse requirement in `c.txt` at position 0\n  cause: no such comparison operator "=", must be one of ~= == != <= >= < > ===',
    code: 'line-not-a-requirement',
  },
  {
    id: 'uv, an option of its command line',
    text: "error: Unexpected '-', expected '-c', '-e', '-r' or the start of a requirement: e.txt:1:1",
    code: 'uv-option-in-file',
  },
  {
    id: 'pip, a folder of conda',
    text: "ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory: '/croot/pytorch_123/work'",
    code: 'conda-build-path',
  },
  {
    id: 'pip, a build without torch',
    text: "  × Getting requirements to build wheel did not run successfully.\n  │ exit code: 1\n  ╰─> [20 lines of output]\n      ModuleNotFoundError: No module named 'torch'",
    code: 'torch-needed-to-build',
  },
  {
    id: 'a build that wants nvcc',
    text: 'OSError: CUDA_HOME environment variable is not set. Please set it to your CUDA install root.',
    code: 'cuda-needed-to-build',
  },
  { id: 'the Python of the system', text: 'error: externally-managed-environment', code: 'externally-managed' },
  { id: 'numpy is not available', text: 'RuntimeError: Numpy is not available', code: 'fails-at-run-time' },
  {
    id: 'numpy 2',
    text: 'A module that was compiled using NumPy 1.x cannot be run in\nNumPy 2.1.0 as it may crash.',
    code: 'fails-at-run-time',
  },
  {
    id: 'loader',
    text: 'ImportError: libcudart.so.13: cannot open shared object file: No such file or directory',
    code: 'torchvision-other-build',
  },
  {
    id: 'cuDNN',
    text: 'ImportError: libcudnn.so.9: cannot open shared object file: No such file or directory',
    code: 'cuda-library-missing',
    here: 'libcudnn.so.9 is a part of cuDNN: a CPU installation has none and needs none',
  },
  {
    id: 'cuBLAS, and who loads it',
    text: 'Traceback (most recent call last):\n  File "/venv/lib/python3.11/site-packages/faster_whisper/transcribe.py", line 8, in <module>\n  File "/venv/lib/python3.11/site-packages/ctranslate2/__init__.py", line 21, in <module>\nRuntimeError: Library libcublas.so.12 is not found or cannot be loaded',
    code: 'cuda-library-missing',
    here: 'libcublas.so.12 is a part of cuBLAS (CUDA), and ctranslate2 asks for it: a CPU installation has none and needs none',
  },
  {
    id: 'cuDNN, loaded late',
    text: 'Unable to load any of {libcudnn_ops.so.9.1.0, libcudnn_ops.so.9.1, libcudnn_ops.so.9, libcudnn_ops.so}',
    code: 'cuda-library-missing',
    here: 'libcudnn_ops.so.9.1.0 is a part of cuDNN: a CPU installation has none and needs none',
  },
  {
    id: 'a torch for GPUs',
    text: 'OSError: libtorch_cuda.so: cannot open shared object file: No such file or directory',
    code: 'torchvision-other-build',
    here: 'libtorch_cuda.so is a part of a torch for GPUs: a CPU installation has none and needs none',
  },
  {
    id: 'a symbol of another torch',
    text: 'ImportError: /venv/lib/python3.11/site-packages/torch_scatter/_scatter_cpu.so: undefined symbol: _ZN5torch3jit17parseSchemaOrNameERKSs',
    code: 'torchvision-other-build',
  },
  { id: 'nms', text: 'RuntimeError: operator torchvision::nms does not exist', code: 'torchvision-other-build' },
  {
    id: 'OpenCV in a slim image',
    text: 'ImportError: libGL.so.1: cannot open shared object file: No such file or directory',
    code: 'system-library-missing',
    here: /^libGL\.so\.1: .*opencv-python-headless/,
  },
  {
    id: 'OpenMP in a slim image',
    text: 'OSError: libgomp.so.1: cannot open shared object file: No such file or directory',
    code: 'libgomp-missing',
  },
  {
    id: 'an old image',
    text: "ImportError: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.28' not found (required by /venv/lib/libtorch_cpu.so)",
    code: 'system-library-missing',
    here: 'GLIBC: the image is older than the wheel: start from a newer one',
  },
  { id: 'triton', text: "ModuleNotFoundError: No module named 'triton'", code: 'gpu-module-missing' },
  { id: 'torch', text: "ModuleNotFoundError: No module named 'torch'", code: 'torch-not-installed' },
  { id: 'no GPU', text: 'AssertionError: Torch not compiled with CUDA enabled', code: 'cuda-not-compiled' },
  {
    id: 'a checkpoint from a GPU',
    text: "RuntimeError: Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are running on a CPU-only machine, please use torch.load with map_location=torch.device('cpu') to map your storages to the CPU.",
    code: 'cuda-not-compiled',
  },
  {
    id: 'no driver: the build is for CUDA',
    text: 'RuntimeError: Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU and installed a driver from …',
    code: 'cuda-build-without-gpu',
  },
  {
    id: 'an old driver',
    text: 'UserWarning: CUDA initialization: The NVIDIA driver on your system is too old (found version 11040).',
    code: 'cuda-build-without-gpu',
  },
  { id: '16 bit', text: `RuntimeError: "addmm_impl_cpu_" not implemented for 'Half'`, code: 'half-on-cpu' },
  {
    id: 'torch.load',
    text: '_pickle.UnpicklingError: Weights only load failed. This file can still be loaded, to do so you have two options',
    code: 'weights-only-load',
  },
  {
    id: 'in colours',
    text: '\u001b[31mERROR: No matching\u001b[0m distribution found for torch==9\u001b[0m',
    code: 'no-matching-distribution',
  },
]

describe('what other tools print leads to its page', () => {
  test.each(messages)('$id', ({ text, code, here }) => {
    const [page] = explain(text)
    expect(page?.code).toBe(code)
    if (here !== undefined) expect(page?.here).toMatch(here)
  })

  test('the end of a long log counts', () => {
    expect(explain(`${'x'.repeat(3_000_000)}\nKilled`).map(({ code }) => code)).toEqual(['installation-killed'])
  })

  test.each(['a skilled worker', "ModuleNotFoundError: No module named 'torchlight'"])(
    '%j is nothing that is known',
    text => {
      expect(() => explain(text)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
    },
  )

  test.each(explanations().flatMap(({ code, symptoms = [] }) => symptoms.map(symptom => ({ code, symptom }))))(
    '$code: $symptom',
    ({ code, symptom }) => {
      const text = `Traceback:\n  ${symptom.replaceAll('…', ' something ')}\n`
      expect(explain(text).map(page => page.code)).toContain(code)
    },
  )
})

describe('codes', () => {
  test.each(['NO_SOLUTION', 'no-solution', 'No_Solution', ' no_solution '])('%j is NO_SOLUTION', asked => {
    expect(explain(asked).map(({ code }) => code)).toEqual(['NO_SOLUTION'])
  })

  test.each([
    { asked: 'uv-first-idnex', hint: 'did you mean uv-first-index?' },
    {
      asked: 'something else altogether',
      hint: 'it knows messages about installing and running torch without a GPU; torchpin explain lists the codes',
    },
    {
      asked: '',
      hint: 'it knows messages about installing and running torch without a GPU; torchpin explain lists the codes',
    },
  ])('$asked: $hint', ({ asked, hint }) => {
    expect(() => explain(asked)).toThrow(expect.objectContaining({ code: 'BAD_OPTION', hint }))
  })

  test('each stands once in the table', () => {
    const codes = explanations().map(({ code }) => code)
    expect(codes).toEqual([...new Set(codes)])
  })

  test.each(explanations())('$code is told in whole sentences', ({ title, why, fix, symptoms = [] }) => {
    expect(title).toMatch(/^[A-Za-z].*[^.]$/)
    expect(why).toMatch(/^\S[^\n]*[.)]$/)
    expect(fix).toMatch(/^\S[^\n]*\.$/)
    for (const symptom of symptoms) expect(symptom.trim()).not.toBe('')
  })
})

describe('pages', () => {
  test('docs/codes is what the table makes (scripts/make-code-pages.ts)', () => {
    const pages = explanations()
    const made = new Map(pages.map(page => [`${page.code}.md`, explanationMarkdown(page)]))
    made.set('README.md', codeIndexMarkdown(pages))
    expect(new Map(readdirSync(docs).map(name => [name, readFileSync(join(docs, name), 'utf8')]))).toEqual(made)
  })

  test('on a terminal', () => {
    expect(explanationText(explain('page-ended'), plain)).toMatchInlineSnapshot(`
      "page-ended  A page of wheels has none for this torch

      Its wheels are built for one torch release each, and it ended before the one
      that is pinned.

      What to do: Hold torch at the release that the hint names, or build from
      source.
      "
    `)
  })

  test('the list names every code', () => {
    const list = codeList(explanations(), plain)
    for (const { code } of explanations()) expect(list).toContain(`  ${code} `)
  })
})
