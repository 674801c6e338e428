import type { CodePage } from './page.ts'

/** What `docker check` finds in Dockerfiles and .dockerignore files. */
export const dockerCodes = {
  'torch-without-cpu-index': {
    title: 'An install takes torch from where its Linux build brings CUDA',
    why: 'The torch of the public index is built for CUDA on Linux x86_64, and from 2.11 on for aarch64 too: with what it asks for it is 2.5 GB and more to download, and more than twice that in the image. A +cpu pin without the index of CPU builds fails instead, since that index alone has it. uv reads its own variables only, not those of pip.',
    fix: 'pip: install torch and its family in a command of its own with --index-url https://download.pytorch.org/whl/cpu, or pin the +cpu build and add that index with --extra-index-url; packages that bring torch (sentence-transformers, docling, …) come in a command after it. uv pip: add --torch-backend cpu (uv sync and uv lock do not heed UV_TORCH_BACKEND or torch-backend). Poetry and uv projects: name the index in pyproject.toml and lock again. Where a requirements file names torch, run torchpin rewrite on it, which pins it to the CPU build.',
    example: 'RUN pip install --no-cache-dir --index-url https://download.pytorch.org/whl/cpu torch',
  },
  'cpu-index-outranked': {
    title: 'The index of CPU builds is asked beside the public one, and the newest release wins',
    why: 'pip takes the newest release that any of its indexes has. The public index is often some releases ahead of the index of CPU builds, and its Linux builds carry CUDA. PIP_EXTRA_INDEX_URL does the same as the option. uv asks an extra index first, and stays with it.',
    fix: 'Give torch and its family a command of their own with --index-url https://download.pytorch.org/whl/cpu, or pin a release that the index of CPU builds has: torch==2.9.1+cpu.',
    example:
      'RUN pip install --no-cache-dir --index-url https://download.pytorch.org/whl/cpu torch \\\n && pip install --no-cache-dir sentence-transformers',
  },
  'gpu-requirement': {
    title: 'An install asks for a package that is for GPUs',
    why: 'onnxruntime-gpu, cupy, flash-attn, nvidia-cudnn-cu12, "tensorflow[and-cuda]", "jax[cuda12]" and the like bring CUDA libraries, or compute on GPUs only. On a CPU they are gigabytes that nothing uses, or do not start.',
    fix: 'Install the CPU form that the message names (onnxruntime, faiss-cpu, paddlepaddle, tensorflow, jax), or leave the package out. docker check --fix does the first where no release is pinned; it takes out what only serves CUDA builds (nvidia-*), and leaves alone what code imports. In a requirements file torchpin rewrite does that.',
    example: 'RUN pip install --no-cache-dir onnxruntime',
  },
  'gpu-index': {
    title: 'An install asks for builds for GPUs',
    why: 'An index like …/whl/cu118 or …/whl/rocm6.2, a +cu118 pin or --torch-backend cu126 gives builds that carry CUDA or ROCm. An image that runs on CPUs never uses them. --torch-backend auto gives what the machine has that builds: a container sees the NVIDIA driver and the Intel graphics of its host, with no GPU passed to it, and then uv takes CUDA or XPU builds.',
    fix: 'Put …/whl/cpu in its place, and +cpu in the pins; with uv pip, --torch-backend cpu.',
    example: 'RUN pip install --extra-index-url https://download.pytorch.org/whl/cpu torch==2.14.1+cpu',
  },
  'cpu-index-alone': {
    title: 'The index of CPU builds takes the place of the main index for packages it does not have',
    why: '--index-url replaces the main index. PyTorch’s index has torch and what torch needs, and little else: other packages are not found, or found in an old release.',
    fix: 'Install the torch family in a command of its own, or pin the +cpu builds and name the index with --extra-index-url.',
    example: 'RUN pip install --index-url https://download.pytorch.org/whl/cpu torch \\\n && pip install fastapi',
    symptoms: ['Looking in indexes: https://download.pytorch.org/whl/… No matching distribution found for'],
  },
  'torch-stable-page': {
    title: 'torch_stable.html is a page of old links',
    why: 'It is from before the index of CPU builds, and is no longer made anew. The one at the top lists CUDA and CPU builds side by side, so that a version without a label takes a CUDA build.',
    fix: 'Name the index instead: --extra-index-url https://download.pytorch.org/whl/cpu.',
    example: 'RUN pip install --extra-index-url https://download.pytorch.org/whl/cpu torch==2.1.0+cpu',
  },
  'gpu-base-image': {
    title: 'The image starts from one with CUDA or ROCm',
    why: 'Such an image weighs several gigabytes before anything is installed, and none of it is used on a CPU. What a later layer removes still ships.',
    fix: 'Start from python:3.12-slim or the like, and install the CPU build of torch.',
    example: 'FROM python:3.12-slim',
  },
  'musl-base-image': {
    title: 'torch has no wheels for Alpine',
    why: 'Wheels for Linux are built for glibc (manylinux); Alpine has musl, and torch has no musllinux wheel. pip says that there is no matching distribution.',
    fix: 'Start from an image with glibc: python:3.12-slim is Debian, and about as small once torch is in it.',
    example: 'FROM python:3.12-slim',
  },
  'no-wheel-for-python': {
    title: 'The pinned release has no wheel for the Python of the image',
    why: 'Each release of torch is built for a few Python versions; for others pip says "No matching distribution found". The metadata of old releases names no upper bound, so the message does not say why.',
    fix: 'Take another release, or another Python: `torchpin versions torch` lists which go together.',
    example:
      'FROM python:3.11-slim\nRUN pip install --extra-index-url https://download.pytorch.org/whl/cpu torch==2.1.0',
  },
  'build-tools-shipped': {
    title: 'Compilers and headers are in the image that ships',
    why: 'They are needed to build packages and not to run them: hundreds of megabytes, and more to patch. Removing them in a later RUN does not make the image smaller.',
    fix: 'Build in a stage of its own and copy the environment: COPY --from=builder /opt/venv /opt/venv. torch.compile needs a C++ compiler at run time; an image that uses it is right to have one.',
    example:
      'FROM python:3.12-slim AS builder\nRUN apt-get update && apt-get install -y --no-install-recommends gcc\n…\nFROM python:3.12-slim\nCOPY --from=builder /opt/venv /opt/venv\nENV PATH="/opt/venv/bin:$PATH"',
  },
  'venv-from-other-python': {
    title: 'A copied environment was made with another Python than the image has',
    why: 'An environment links to the interpreter that made it, and its packages lie in lib/python3.N of that version; compiled ones are built for that Python and its C library. With another one the imports fail: No module named torch.',
    fix: 'Start both stages from the same image, or at least from the same Python of the same family.',
    example: 'FROM python:3.12-slim AS builder\n…\nFROM python:3.12-slim',
  },
  'venv-moved': {
    title: 'A copied environment is put at another path',
    why: 'The scripts of an environment (pip, uvicorn, …) begin with the absolute path of its interpreter, so they do not start from elsewhere.',
    fix: 'Copy it to the path at which it was made.',
    example: 'COPY --from=builder /opt/venv /opt/venv',
  },
  'venv-not-on-path': {
    title: 'A copied environment is not on PATH',
    why: 'Without its bin folder on PATH, python is the one of the image, which knows nothing of the environment: No module named torch.',
    fix: 'Add ENV PATH="/opt/venv/bin:$PATH" to the stage that ships. A variable that the same ENV sets does not count in it yet.',
    example: 'COPY --from=builder /opt/venv /opt/venv\nENV PATH="/opt/venv/bin:$PATH"',
  },
  'pip-cache-kept': {
    title: 'pip leaves its cache in the image',
    why: 'pip keeps what it downloads below ~/.cache/pip, which becomes part of the layer: every wheel is in the image twice. hadolint reports it as DL3042, in every stage.',
    fix: 'Add --no-cache-dir, or ENV PIP_NO_CACHE_DIR=1, or keep the cache out of the image: RUN --mount=type=cache,target=/root/.cache/pip.',
    example: 'RUN pip install --no-cache-dir -r requirements.txt',
  },
  'cache-mount-unused': {
    title: 'A cache is mounted, and an option keeps the installer from using it',
    why: 'With --no-cache-dir pip neither reads nor fills the mounted cache (uv the same with --no-cache), so each build downloads everything again.',
    fix: 'Take the option away: a mounted cache is no part of the image.',
    example: 'RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt',
  },
  'uv-link-mode': {
    title: 'uv cannot link from a mounted cache',
    why: 'The cache mount is another file system, so hard links fail and uv copies after all, with a warning for each install.',
    fix: 'Say so: ENV UV_LINK_MODE=copy.',
    example: 'ENV UV_LINK_MODE=copy\nRUN --mount=type=cache,target=/root/.cache/uv uv sync --locked',
  },
  'copy-before-install': {
    title: 'Every change of the sources installs everything again',
    why: 'A layer is taken from the cache as long as what was copied before it is the same. Where all sources are copied before the install, one changed line downloads torch anew.',
    fix: 'Copy the requirements file, install, and then copy the sources.',
    example: 'COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .',
  },
  'apt-without-update': {
    title: 'apt-get install without apt-get update in the same RUN',
    why: 'Images come without package lists, so the install fails: Unable to locate package. An update in a RUN of its own is kept by the build cache while the packages move on.',
    fix: 'Update, install and remove the lists in one RUN.',
    example: 'RUN apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*',
  },
  'apt-without-yes': {
    title: 'apt-get install asks, and nobody answers',
    why: 'Where more is to be installed than was named, apt-get asks to go on; in a build nobody answers, and it aborts.',
    fix: 'Add -y.',
    example: 'RUN apt-get update && apt-get install -y --no-install-recommends gcc',
  },
  'libgomp-missing': {
    title: 'A package needs libgomp1, and the image does not have it',
    why: 'LightGBM and llama.cpp load the OpenMP runtime of the system and do not carry it; slim and distroless images have none: libgomp.so.1: cannot open shared object file. (The CPU build of torch carries its own.)',
    fix: 'Install libgomp1 in the stage that ships.',
    example: 'RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*',
    symptoms: ['libgomp.so.1: cannot open shared object file'],
  },
  'libgomp-for-torch': {
    title: 'libgomp1 is installed, and nothing that is named needs it',
    why: 'The CPU build of torch carries its own libgomp. Those who need the one of the system are LightGBM, llama.cpp, and what was compiled with OpenMP in the build.',
    fix: 'Leave libgomp1 out, unless something else loads it.',
  },
  'cuda-removed-later': {
    title: 'CUDA is removed in a later layer, where it still ships',
    why: 'A layer cannot make those below it smaller: the files are only hidden. The image is as large to pull as before.',
    fix: 'Do not install them: use the CPU build of torch and an image without CUDA.',
    example: 'RUN pip install --no-cache-dir --index-url https://download.pytorch.org/whl/cpu torch',
  },
  'no-dockerignore': {
    title: 'Everything is copied, and no .dockerignore says what not',
    why: 'COPY . . takes along .git, environments, caches, and .env files with their secrets, and every one of them makes the build start over when it changes.',
    fix: 'torchpin docker init writes a .dockerignore for a Python project.',
    example: '.git\n.venv\n**/__pycache__\n.env*',
  },
  'dockerignore-hides-needed-file': {
    title: 'The .dockerignore leaves out what a COPY needs',
    why: 'What a pattern leaves out is not sent to the build, so COPY fails: not found.',
    fix: 'Take the pattern out, or take the file back with a line behind it: !requirements.txt.',
    example: '*.txt\n!requirements.txt',
  },
  'dockerignore-gaps': {
    title: 'The .dockerignore lets through what no image needs',
    why: 'With COPY . . it becomes part of the image: the history of the repository, an environment for another system, caches, secrets.',
    fix: 'Add the patterns.',
    example: '.git\n**/__pycache__\n.venv\n.env',
  },
  'dockerignore-root-only': {
    title: 'A pattern is written for git, and does something else here',
    why: 'In a .gitignore a name matches in every folder. In a .dockerignore patterns begin at the top of the context: __pycache__ leaves out that one folder and none below src. A # counts as a comment in the first column only.',
    fix: 'Write **/__pycache__. Put comments on lines of their own.',
    example: '**/__pycache__\n**/*.pyc',
  },
  'stage-as-casing': {
    title: 'FROM and AS are not written alike',
    why: 'BuildKit warns of it at every build (FromAsCasing).',
    fix: 'Write both in capitals.',
    example: 'FROM python:3.12-slim AS builder',
  },
  'requirements-not-resolved': {
    title: 'No file names torch, which does not mean that none is installed',
    why: 'sentence-transformers and many others bring torch in by their metadata. docker check reads files and asks no index.',
    fix: 'Run torchpin check on the requirements file, which resolves it.',
    example: 'torchpin check requirements.txt',
  },
  'installer-not-read': {
    title: 'What this installer takes is not looked at',
    why: 'torchpin reads what pip, uv and Poetry install. conda has channels and builds of its own, and Pipenv a lock file of its own.',
    fix: 'Look into the image after the build: torchpin audit.',
    example: 'docker save IMAGE | torchpin audit -',
  },
} satisfies Readonly<Record<string, CodePage>>

export type DockerCode = keyof typeof dockerCodes
