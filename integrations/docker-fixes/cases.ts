/** A Dockerfile behind its FROM, and what `docker check --fix` is to do with it. */
export interface Case {
  readonly id: string
  readonly lines: string
  /** Found after the fixes, where they are to leave the commands as they are. */
  readonly untouched?: readonly string[]
}

const cpu = 'https://download.pytorch.org/whl/cpu'
const cu118 = 'https://download.pytorch.org/whl/cu118'
const cu124 = 'https://download.pytorch.org/whl/cu124'
const pip = 'RUN pip install --no-cache-dir'
const uv = 'RUN uv pip install --system --no-cache'

/** Commands that the fixes mend. */
const mended: readonly Case[] = [
  { id: 'torch', lines: `${pip} torch` },
  { id: 'torch with a release of its family', lines: `${pip} torch torchvision==0.20.0` },
  {
    id: 'torch among others',
    lines: `RUN set -e && pip install --no-cache-dir \\\n      "torch>=2.0" \\\n      fastapi \\\n && python -c "import torch, fastapi"`,
  },
  { id: 'the exec form', lines: 'RUN ["pip", "install", "--no-cache-dir", "torch", "flask"]' },
  { id: 'the CPU index beside the public one', lines: `${pip} --extra-index-url ${cpu} torch flask` },
  { id: 'the CPU index in a variable', lines: `ENV PIP_EXTRA_INDEX_URL=${cpu}\n${pip} torch` },
  {
    id: 'the CPU index in a variable, torch among others',
    lines: `ENV PIP_EXTRA_INDEX_URL=${cpu}\n${pip} torch flask`,
  },
  { id: 'an index for CUDA', lines: `${pip} torch torchvision --index-url ${cu118}` },
  { id: 'an index for CUDA beside the public one', lines: `${pip} --extra-index-url ${cu124} torch==2.5.0 flask` },
  {
    id: 'a page of wheels for CUDA',
    lines: `${pip} --index-url ${cpu} torch==2.5.0 && pip install --no-cache-dir torch-scatter -f https://data.pyg.org/whl/torch-2.5.0+cu124.html`,
  },
  {
    id: 'builds for CUDA by their labels',
    lines: `${pip} torch==2.5.1+cu118 torchvision==0.20.1+cu118 --index-url ${cu118}`,
  },
  {
    id: 'a build for CUDA by its label, among others',
    lines: `${pip} torch==2.5.1+cu124 flask --extra-index-url ${cu124}`,
  },
  {
    id: 'a page of wheels for CUDA, and torch in the same command',
    lines: `${pip} torch==2.5.1 torch-scatter -f https://data.pyg.org/whl/torch-2.5.0+cu124.html`,
  },
  { id: 'uv', lines: `${uv} torch` },
  { id: 'uv: torch comes with another package', lines: `${uv} docling` },
  { id: 'uv: a backend for CUDA', lines: `${uv} torch --torch-backend cu124` },
  {
    id: 'uv: the backend of the machine that builds',
    lines: `ENV UV_CUDA_DRIVER_VERSION=550.144.03\n${uv} torch --torch-backend=auto`,
  },
  { id: 'tensorflow[and-cuda]', lines: `${pip} "tensorflow[and-cuda]"` },
  { id: 'jax[cuda12]', lines: `${pip} "jax[cuda12]" flask` },
  { id: 'onnxruntime-gpu', lines: `${pip} onnxruntime-gpu` },
  { id: 'onnxruntime-gpu and torch', lines: `${pip} onnxruntime-gpu torch` },
]

/** Commands for which no edit is known to work. */
const untouched: readonly Case[] = [
  { id: 'torch comes with another package', lines: `${pip} docling`, untouched: ['torch-without-cpu-index'] },
  {
    id: 'a release that the CPU index is not known to have',
    lines: `${pip} torch==2.15.0`,
    untouched: ['torch-without-cpu-index'],
  },
  {
    id: 'a CUDA build held at one release',
    lines: `${pip} onnxruntime-gpu==1.20.0`,
    untouched: ['gpu-requirement'],
  },
  {
    id: 'uv before --torch-backend',
    lines: `# pip install uv==0.5.5\n${uv} torch`,
    untouched: ['torch-without-cpu-index'],
  },
  {
    id: 'xformers from an index for CUDA',
    lines: `${pip} --index-url ${cu118} xformers torch`,
    untouched: ['gpu-index', 'gpu-requirement'],
  },
]

export const cases: readonly Case[] = [...mended, ...untouched]
