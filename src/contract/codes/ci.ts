import type { CodePage } from './page.ts'

/** What `ci check` finds in install commands. */
export const ciCodes = {
  'ci-installs-cuda': {
    title: 'A command installs CUDA builds on a machine without a GPU',
    why: 'The torch of the public index for Linux carries CUDA: gigabytes to download and to unpack in each run, of which a runner without a GPU uses nothing. It comes with every package that needs torch. The command was resolved for the Python and the platform of its job, as pip would.',
    fix: 'Let torchpin ci check --fix do it. uv pip takes --torch-backend cpu. With pip, install the +cpu builds from the index of CPU builds in a command before: what is there already stays.',
    example:
      'run: |\n  pip install torch==2.13.0+cpu --index-url https://download.pytorch.org/whl/cpu\n  pip install -e ".[dev]"',
  },
  'ci-gpu-build': {
    title: 'A command names builds for GPUs on a machine without one',
    why: 'An index like …/whl/cu126, a +cu126 pin or --torch-backend cu126 takes builds that carry CUDA or ROCm. Where the job compiles for CUDA, that is right; torchpin leaves jobs alone that say so: by a CUDA toolkit, by their image, their name, their matrix or their variables.',
    fix: 'Put …/whl/cpu in its place, and +cpu in the pins; with uv pip, --torch-backend cpu.',
    example: 'run: pip install torch==2.13.0+cpu --index-url https://download.pytorch.org/whl/cpu',
  },
  'ci-project-installs-cuda': {
    title: 'The project that a command installs takes CUDA builds',
    why: 'uv sync, uv run and poetry install take what the lock file or pyproject.toml of the project say. No option of the command changes where torch comes from.',
    fix: 'Name the index of CPU builds as the source of torch in pyproject.toml: torchpin rewrite does it.',
    example: 'torchpin rewrite pyproject.toml',
  },
  'ci-gpu-image': {
    title: 'A job on a machine without a GPU runs in an image for GPUs',
    why: 'Images of CUDA and of PyTorch weigh several gigabytes, and each run pulls them. A job that compiles for CUDA needs one; tests that run on the CPU do not.',
    fix: 'Run in an image like python:3.12-slim, or in none, and install the CPU build of torch.',
    example: 'container: python:3.12-slim',
  },
  'ci-cache-holds-cuda': {
    title: 'A cache keeps the CUDA builds that a job installs',
    why: 'A cache of wheels or of an environment holds what the job has installed: with CUDA, gigabytes to store and to restore in each run, which push other caches out. A cache that is there keeps its old content until its key changes.',
    fix: 'Mend the install, and change the key of the cache once.',
    example: 'key: cpu-${{ hashFiles("requirements.txt") }}',
  },
  'ci-left-alone': {
    title: 'A command is about torch, and CUDA may be meant',
    why: 'The machine has a GPU, or whether it has one is not stated; or the job says in another way that it is about CUDA. Nothing is wrong, and nothing is changed.',
    fix: 'Nothing has to be done. If the machine has no GPU, name the file by itself: what runs in a script that is named is taken to run on a CPU.',
    example: 'torchpin ci check scripts/install.sh',
  },
  'ci-not-judged': {
    title: 'What a command installs cannot be told',
    why: 'Its options are known only when it runs, a file that it names is not in the repository, an index cannot be asked, or no set of versions satisfies it. What is not known is not taken to be right.',
    fix: 'Read the message. Where an index could not be asked, run again where it can.',
  },
  'ci-file-not-read': {
    title: 'A file of commands is not read',
    why: 'It is no text, it is too large to have been written by a person, it is no YAML, or it is a link that leads out of the repository.',
    fix: 'Read the message, and name the other files alone if the file is none of yours.',
  },
} satisfies Readonly<Record<string, CodePage>>

export type CiCode = keyof typeof ciCodes
