import type { CodePage } from './page.ts'

/** What `rewrite` and `check` report about the lines of requirements files. */
export const rewriteCodes = {
  'compiled-file': {
    title: 'Another tool made this file and will make it again',
    why: 'pip-compile, uv pip compile and their like write the file from a source (.in, pyproject.toml). Their next run undoes what torchpin changes here, unless the source says it, too. If torchpin rewrites the source in the same run, both change in step; uv then still drops the index line.',
    fix: 'Rewrite the source as well, and give the tool the CPU index when it compiles; uv keeps the line of the index with --emit-index-url or --emit-find-links.',
    example:
      'torchpin rewrite requirements.in requirements.txt\nuv pip compile --torch-backend cpu requirements.in -o requirements.txt',
  },
  'cuda-package-unproved': {
    title: 'A package serves GPUs, and nothing shows what it is here for',
    why: 'torchpin removes a line that only CUDA builds of torch need if something proves that it is there for torch: a `# via torch` comment, torch beside it, or what the files install as they are. Nothing did here, and the line may have been put in on purpose.',
    fix: 'Take the line out where no GPU is used.',
  },
  'dependencies-unknown': {
    title: 'What a package needs is not known',
    why: 'torchpin runs no code of any package. It reads what a source distribution says of itself: PKG-INFO, pyproject.toml and the requires.txt that setuptools leaves in egg-info, all of them static text. If none of these says, or a wheel has no METADATA that can be read, torchpin takes the names, not the versions, of what the nearest release needs, or else what it knows of projects that need torch. It does not look into a repository or a folder, except for a pyproject.toml that leaves nothing to the build. Needs that are still unknown count neither in the versions nor in the sizes.',
    fix: 'Nothing, if it needs nothing of note. Otherwise pin what it needs in a line of its own.',
  },
  'direct-reference': {
    title: 'A line takes its package from a URL, a repository or a folder',
    why: 'Such a line says exactly what to install, so it stays as it is. torchpin reads the metadata of a wheel, and the pyproject.toml of a folder if it states what the project needs.',
    fix: 'Nothing, if that is what you want.',
  },
  'environment-kept': {
    title: 'A version comes from an environment variable',
    why: 'pip puts `${NAME}` in when it reads the file. A pin in its place would take the choice away.',
    fix: 'Set the variable to a version with a CPU build (`2.14.1+cpu`), or write the version into the line.',
  },
  'fails-at-run-time': {
    title: 'Versions that install together and fail when they run',
    why: 'No metadata says so, so no resolver objects: a torch before 2.3 (on Windows before 2.4.1) was built against numpy 1, warns at import beside numpy 2 and refuses `.numpy()` (`RuntimeError: Numpy is not available`); torchtext 0.18 loads beside torch 2.3 alone. torchpin says so where the files ask for both, exactly.',
    fix: 'Change one of the two pins: numpy<2 beside the older torch, or a newer torch beside numpy 2. "Numpy is not available" also comes where numpy is not installed at all: then add it.',
    example: 'numpy<2',
    symptoms: [
      'Numpy is not available',
      'A module that was compiled using NumPy 1.x cannot be run in NumPy 2',
      'Failed to initialize NumPy: _ARRAY_API not found',
      'numpy.dtype size changed, may indicate binary incompatibility',
      'undefined symbol … libtorchtext',
    ],
  },
  'find-links-not-compiled': {
    title: 'uv pip compile drops --find-links lines',
    why: 'The file installs with pip, uv and pip-tools as it is. When uv compiles it, the result has the pins but not the line that says where to find them.',
    fix: 'Pass --emit-find-links to uv pip compile, or --torch-backend cpu at install.',
  },
  'gpu-package': {
    title: 'A package is for GPUs, or brings code for them, and stays',
    why: 'It has no CPU build, or works without a GPU but carries code for one. Only someone who knows the code can say whether it can go.',
    fix: 'As the hint says; take the line out if the code does not use the package.',
  },
  'gpu-package-needed': {
    title: 'A package for GPUs stays because something besides torch needs it',
    why: 'The metadata of another package requires it, so it is installed whatever the lines say.',
    fix: 'See whether the package that brings it, which the message names, has a build or an extra for CPU.',
  },
  'gpu-wheel-from-url': {
    title: 'A wheel from a URL is built for GPUs, and stays',
    why: 'The URL or the label of the version names CUDA or ROCm (`+cu12torch2.3…`, `/cu124/`). torchpin switches wheels of the torch family to their CPU builds; for other projects it does not know of one.',
    fix: 'Take the line out if no GPU is used, or name the CPU build that the hint gives.',
  },
  'hash-line-missing': {
    title: 'A file with hashes needs a line for every package, and some have none',
    why: 'With one `--hash` in a file pip wants a hash for everything it installs (hash-checking mode), what comes along included. The CPU build needs something that the file as it was did not name.',
    fix: 'Compile the file anew with the CPU index, which adds the lines.',
    example: 'pip-compile --generate-hashes --extra-index-url https://download.pytorch.org/whl/cpu requirements.in',
  },
  'index-in-constraints': {
    title: 'uv does not read index lines in a file of constraints',
    why: 'The repository installs with uv. Of a file that another file names with -c, uv reads the constraints alone, where pip reads the index lines too. Given with -c on the command line they count for both.',
    fix: 'Put the line into the file that names the constraints.',
    example: '--extra-index-url https://download.pytorch.org/whl/cpu\n-c constraints.txt\ntorch',
  },
  kept: {
    title: 'A comment asks to leave the line alone',
    why: 'The line ends in `# torchpin: keep`. It still counts when versions are chosen for the others.',
    fix: 'Take the comment away to have the line rewritten.',
  },
  'marker-false': {
    title: 'A line does not apply to the target',
    why: 'Its marker is false for every Python and platform of the run, so nothing is known about it.',
    fix: 'Give the other targets too: --platform and --python are repeatable.',
  },
  'misleading-name': {
    title: 'A name looks like a package that it is not',
    why: 'Names near to those of well-known projects belong to others, or are reserved and empty: pytorch, nvidia-cudnn without a suffix, apex.',
    fix: 'Check which project is meant; the message says what this one is. PyTorch is installed as torch.',
    example: 'pip install torch==2.14.1+cpu --extra-index-url https://download.pytorch.org/whl/cpu',
    symptoms: ['The package named for PyTorch is "torch"', 'No matching distribution found for pytorch=='],
  },
  'name-on-any-index': {
    title: 'A package could come from another index than meant',
    why: 'pip looks at --index-url and every --extra-index-url alike and takes the highest version, whoever put it there (dependency confusion). A name that only the extra index has may be free on the public one, for anybody to take. The CPU index is not meant: torch==X+cpu has a label that the public index does not accept, and indexes tied to a torch release are not either.',
    fix: 'Write hashes for every line, which silences this, or name one index that merges the others and decides which one a name belongs to. With uv the first index that has a name wins (--index-strategy first-index, its default).',
    example: 'pip-compile --generate-hashes requirements.in',
  },
  'nearest-release': {
    title: 'A release has no CPU build for the target, so the nearest that has was taken',
    why: 'The pin was for a CUDA build (`+cu118`) or an accelerator of a release that was never built for CPU on this Python and platform.',
    fix: 'Check that the release fits the code, or choose the Python for which the release exists: `torchpin versions` shows it.',
  },
  'no-cpu-form': {
    title: 'A package that needs CUDA was taken out',
    why: 'It is built with nvcc or calls a GPU by itself; in a CPU image its installation or its import fails.',
    fix: 'Guard its import, or keep it with `# torchpin: keep` where it is needed.',
  },
  'option-ignored': {
    title: 'pip ignores an option on the line of a requirement',
    why: 'Options for a whole file (--index-url, --find-links, …) count on lines of their own only.',
    fix: 'Give it a line of its own if it is meant.',
  },
  'own-wheel-page': {
    title: 'The CPU wheels of a package are on a page of its own',
    why: 'The public index has a source distribution only, which is compiled during the installation and then needs compilers, and libgomp at run time.',
    fix: 'Add the page of the hint with --find-links or --extra-index-url.',
  },
  'page-ended': {
    title: 'A page of wheels has none for this torch',
    why: 'Its wheels are built for one torch release each, and it ended before the one that is pinned.',
    fix: 'Hold torch at the release that the hint names, or build from source.',
  },
  'published-requirements': {
    title: 'A package publishes this requirements file as what it needs',
    why: '`file` in `[tool.setuptools.dynamic]`, `file:` in setup.cfg and hatch-requirements-txt copy the lines into the metadata of the package. An index line among them breaks the build. A pin such as torch==X+cpu is published with the rest, and an installer without the CPU index cannot meet it. A folder leaves such a file alone. torchpin rewrites one that is named, and never writes an index line into it.',
    fix: 'Leave the published file as it is, and put the pins for images and CI into another file that includes it.',
    example:
      '# requirements-cpu.txt\n--extra-index-url https://download.pytorch.org/whl/cpu\n-r requirements.txt\ntorch==2.14.1+cpu',
  },
  'remote-include': {
    title: 'An included file is on the network and is not read',
    why: '-r and -c lines may name URLs. torchpin rewrites files of this machine, so the lines of others do not count.',
    fix: 'Keep a copy beside the file and include that.',
  },
  'renovate-other-index': {
    title: 'Renovate does not ask the CPU index for this file',
    why: 'Renovate reads requirements files by rules of its own: each file alone, an index after a space and not after `=`, none of `--find-links`, and no extra index beside an `--index-url`. What it then finds are the releases of the public index: it writes torch==X without +cpu, or, with rangeStrategy pin, passes the line over without a word.',
    fix: 'Tell Renovate the index in a rule for the torch family. torchpin as its post-upgrade command repairs a lost +cpu, but cannot bring an update that Renovate does not make.',
    example:
      '{\n  "matchManagers": ["pip_requirements"],\n  "matchPackageNames": ["torch", "torchvision", "torchaudio", "torchtext", "torchcodec"],\n  "registryUrls": ["https://download.pytorch.org/whl/cpu"]\n}',
  },
  replaced: {
    title: 'A package for GPUs gave way to its CPU alternative',
    why: 'Both have the same modules, and only one of them may be installed. The message says what the CPU alternative cannot do.',
    fix: 'Check whether the code uses what the hint names.',
  },
  'smaller-build': {
    title: 'A smaller build of a package exists',
    why: 'The CPU-only distribution of the same modules is a fraction of the size, but is not made for every platform, or not by the same people, so the choice is left to you.',
    fix: 'Replace the name by hand where it fits.',
  },
  'torch-from-url': {
    title: 'A member of the torch family comes from a URL or a folder and is left as it is',
    why: 'The line says which build to install. A wheel for GPUs gives way to the CPU wheel of the same release where the CPU index is known to have one; of a repository, a folder or another file torchpin does not know whether another would do.',
    fix: 'Write the name without the URL to have it pinned to a CPU build.',
  },
  'unverified-pin': {
    title: 'A pin names a build that could not be verified',
    why: 'The CPU index could not be asked, and the snapshot that ships with torchpin (or what the cache kept) does not list every wheel. What is not listed is unknown, and not absent: a pin to `+cpu` stays as it is where the releases around it have a wheel for the Python; another exact pin becomes the CPU build of the same release where the public index has that release for the Python, since PyTorch publishes both together.',
    fix: 'Run torchpin again where the index can be reached, or give --cpu-index-url a mirror.',
  },
  'url-names-one-wheel': {
    title: 'A line with a URL takes one wheel, for one Python and one platform',
    why: 'The file installs in pip and uv without any index option, and always the same wheel. What a wheel is not for does not install it: pip says `is not a supported wheel on this platform`. Renovate passes over lines with a URL, so nothing brings a newer release by itself. Two releases are two URLs: what asks for another torch does not install beside it.',
    fix: 'Name every Python and platform that the file is for; each gets a line of its own, with a marker. For a newer release write the name alone and run torchpin again.',
    example: 'torchpin rewrite --index-style direct-url --python 3.11 --python 3.12 requirements.txt',
  },
  'uv-first-index': {
    title: 'uv takes a project from the first index that has it, and looks into no other',
    why: 'pip merges all indexes and takes the best version; uv by default reads each project from the first index that has it. The CPU index also carries ordinary packages, some of them old (requests, certifi, charset-normalizer, …), so an --extra-index-url line for it holds these back or makes the file unsolvable. An index that comes before it hides its torch in the same way.',
    fix: 'For uv pip, take the line out of the file and install with --torch-backend cpu, which asks the CPU index for torch and its family alone (with --index-style none torchpin writes no such line, and leaves one that is there). In a uv project, bind torch to an explicit index in [tool.uv.sources]. Where pip installs the file too, have torchpin write --find-links, which works in both. Last: --index-strategy unsafe-best-match makes uv look as pip does, and gives up its guard: a package of the right name and a higher version on any of the indexes is installed, whoever put it there.',
    example:
      '# for pip and uv: pages of wheels in place of the index line\ntorchpin rewrite --index-style find-links requirements.txt\n# for uv alone: without the index line\nuv pip install --torch-backend cpu -r requirements.txt',
    symptoms: ['was found on … but not at the requested version', 'unsafe-best-match'],
  },
  'variable-not-set': {
    title: 'A line names an index by a variable that is not set',
    why: 'pip and uv put `${NAME}` in when they read the file. Where the variable has no value, torchpin cannot know which index the line names, and leaves it out: what it alone has is not found, and what it has newer is not taken.',
    fix: 'Set the variable for torchpin as it is set where the file is installed.',
    example: 'PYTORCH_INDEX_URL=https://download.pytorch.org/whl/cpu torchpin rewrite requirements.txt',
  },
} satisfies Readonly<Record<string, CodePage>>
