import type { CodePage } from './page.ts'

/** What `check` finds in requirements files: what `rewrite` would change, what an install would bring, and budgets. */
export const checkCodes = {
  'cuda-installed': {
    title: 'What the files ask for installs CUDA',
    why: 'The files were resolved as pip would: a CUDA build of torch is among what is installed, or packages that exist only to serve GPUs. On Linux the torch of the public index is such a build; with what it brings it is 2.5 GB and more to download that a service without a GPU never uses.',
    fix: 'Run torchpin rewrite. Where a comment keeps a line as it is, take the comment away.',
    example: 'torchpin rewrite requirements.txt',
  },
  'not-cpu-build': {
    title: 'A line lets a build for GPUs in, or asks for one',
    why: 'Without `+cpu` a pin is met by the build of whichever index answers first or has the newest release, and a range by the newest of all: it may be right today and 3 GB larger tomorrow. A `+cu118` pin asks for CUDA by name.',
    fix: 'Run torchpin rewrite, which pins it to the CPU build.',
    example: 'torch==2.14.1+cpu',
  },
  'torch-not-named': {
    title: 'Something brings torch in, and no line says which build',
    why: 'sentence-transformers, accelerate and many others ask for torch by their metadata, so the newest build of the public index is taken, with CUDA.',
    fix: 'Run torchpin rewrite, which adds a line for the CPU build.',
    example: 'sentence-transformers==5.1.0\ntorch==2.14.1+cpu',
  },
  'line-missing': {
    title: 'A package that comes along needs a line that holds it back',
    why: 'What the files bring in would be taken in a version that fails beside the rest when it runs: numpy 2 beside a torch that was built against numpy 1. No metadata says so.',
    fix: 'Run torchpin rewrite, which adds the line.',
    example: 'numpy==1.26.4',
  },
  'cpu-index-missing': {
    title: 'The index of CPU builds is not named, or not as it should be',
    why: '`+cpu` builds are on that index alone. An index of CUDA builds, a torch_stable.html page, or an --index-url behind it that takes it away do not help: the installation fails, or takes the CUDA build.',
    fix: 'Run torchpin rewrite, which writes the index line where it counts.',
    example: '--extra-index-url https://download.pytorch.org/whl/cpu',
  },
  'index-line-marker': {
    title: 'A marker stands behind an index line',
    why: 'Options of requirements files take no markers. pip reads the URL and drops the rest without a word, so that the index counts everywhere; with no blank in front of the semicolon it asks a URL that does not exist. uv refuses the file.',
    fix: 'Run torchpin rewrite, which takes the marker away.',
    example: '--extra-index-url https://download.pytorch.org/whl/cpu',
  },
  'gpu-line': {
    title: 'A line asks for what only GPUs need',
    why: 'The line asks for CUDA libraries in a compiled file, or for a package for GPUs that has a CPU alternative or is useless without a GPU.',
    fix: 'Run torchpin rewrite, which takes the line out or puts the CPU alternative in its place.',
    symptoms: [
      'No matching distribution found for nvidia-',
      'No matching distribution found for triton==',
      'Could not find a version that satisfies the requirement nvidia-',
      'Could not find a version that satisfies the requirement triton==',
    ],
  },
  'not-pinned': {
    title: 'A line leaves its version open',
    why: 'Two installs of the same file may differ, and the next one may bring a release that asks for another torch.',
    fix: 'Run torchpin rewrite, which pins it to a version that goes with the rest; --pin torch leaves such lines alone.',
  },
  'hashes-of-other-build': {
    title: 'The hashes of a line are not those of its CPU build',
    why: 'pip refuses a file whose hash is not listed.',
    fix: 'Run torchpin rewrite, which takes the hashes from the index or works them out.',
  },
  'over-budget': {
    title: 'More bytes than the budget allows',
    why: 'What the files install, or what an image or environment holds, is larger than the limit that was given. Downloads count as they are sent, compressed; installed bytes as they lie on disk; images by the unpacked bytes of all layers, as Docker counts them.',
    fix: 'The message names what weighs most. Where it is CUDA, rewrite the files; else raise the limit on purpose.',
    example: 'torchpin check --max-download 800MB --max-installed 2.5GB requirements.txt',
  },
  'budget-unknown': {
    title: 'A budget was given and what is installed could not be worked out',
    why: 'The files as they are cannot be resolved, no index gives the sizes of their packages, or a package among them does not say what it needs, so that more may come with it. A limit that is not checked would never fail, so this counts as a failure.',
    fix: 'The notes say what could not be asked. Rewrite the files, or give torchpin the indexes that pip uses.',
  },
  'cuda-added': {
    title: 'A change of a lock file or a requirements file brings CUDA in',
    why: 'The file installs packages for GPUs that it did not install on the side it is compared with: a build of torch for CUDA, or packages that exist only to serve GPUs. The message names the shortest way from what the project asks for to the first of them.',
    fix: 'Bind torch to the index of CPU builds in pyproject.toml, and lock again. Rewrite a requirements file with torchpin.',
    example: 'torchpin check --against origin/main uv.lock',
  },
  'growth-over-budget': {
    title: 'A change adds more bytes than the budget allows',
    why: 'What the lock file, or the requirements file, installs on the first target is larger than on the side it is compared with, by more than the limit that was given. A file that was not there before counts whole.',
    fix: 'The message names what grows most. Take it out, or raise the limit on purpose.',
    example: 'torchpin check --against origin/main --max-growth-download 50MB uv.lock',
  },
} satisfies Readonly<Record<string, CodePage>>
