import type { CodePage } from './page.ts'

/** What `rewrite` and `check` report about projects that uv or Poetry manages, and about their locks. */
export const projectCodes = {
  'index-not-explicit': {
    title: 'uv asks the CPU index for every project',
    why: 'uv asks an index in `[[tool.uv.index]]` without `explicit = true` for all projects, before the public one, and takes each project from the first index that has it. The CPU index has old copies of requests, numpy, jinja2 and others, so the lock holds old releases of these.',
    fix: 'Give the index `explicit = true`. What `[tool.uv.sources]` binds to it still comes from it.',
    example: '[[tool.uv.index]]\nname = "pytorch-cpu"\nurl = "https://download.pytorch.org/whl/cpu"\nexplicit = true',
  },
  'export-without-index': {
    title: 'uv export leaves out the index that torch is locked from',
    why: '`uv export` writes names and versions. It writes no index unless `--emit-index-url` asks for it, so what reads the list takes torch from its own index: `torch==2.13.0+cpu` is not found there, and a release without a label is a CUDA build.',
    fix: 'Give `uv export` the option `--emit-index-url`, name the CPU index where the list is installed, or install with `uv sync`. `uv export --format pylock.toml` has the URL of each wheel and needs no index.',
    example: 'uv export --locked --no-dev --emit-index-url -o requirements.txt\nuv pip install -r requirements.txt',
  },
  'index-without-source': {
    title: 'Nothing comes from the index',
    why: 'uv asks an index with `explicit = true`, and Poetry a source with `priority = "explicit"`, for nothing but the projects that are bound to it. Where none is, torch comes from the public index, whose Linux wheels bring CUDA, and no message says so.',
    fix: 'Bind each torch project to it in `[tool.uv.sources]`, or by `source` of a Poetry dependency. `torchpin rewrite` does.',
    example: '[tool.uv.sources]\ntorch = { index = "pytorch-cpu" }',
  },
  'lock-stale': {
    title: 'The lock file does not follow the project',
    why: 'Only the tool that owns a lock writes it. torchpin has uv write it, from a copy of the files and without building any package, since a build runs code. If that fails (uv is missing or too old, a package has no wheel, an index asks for a password), torchpin changes the project and not the lock, and `uv sync --locked` fails until the lock is made anew.',
    fix: 'Run the command in the hint. `-P name==release` holds torch at the release that was locked; without it uv takes the newest of the CPU index. `torchpin rewrite --allow-builds` lets uv build what it has to, and runs Poetry at all: `poetry lock` alone takes the newest torch of each source, which is another release on macOS than elsewhere.',
    example: 'uv lock -P torch==2.12.0 -P torchvision==0.27.0',
  },
  'locked-wheels-missing': {
    title: 'The CPU index has wheels for fewer places than the lock had',
    why: 'A pylock.toml names each wheel. The CPU index does not build every release for every Python and platform that the public index has, free-threaded Pythons and Intel Macs among them. There the lock has no wheel of torch any more, and installing it fails.',
    fix: 'Nothing, if the lock is not installed there. `--python` and `--platform` say what it has to be for: where one of these would lose its wheel, torchpin refuses.',
    example: 'torchpin rewrite --python 3.12 --platform linux-x86_64 pylock.toml',
  },
  'source-by-choice': {
    title: 'An extra or a group decides which torch is installed',
    why: 'The project declares extras or groups that exclude each other, one for CPU and one for CUDA. The lock holds both builds, and what is installed depends on what the installer is told. That is a choice of the project, so torchpin leaves it.',
    fix: 'Install the extra or the group for CPU. `torchpin check --extra NAME` says what one brings.',
    example: 'uv sync --extra cpu\ntorchpin check --extra cpu',
  },
  'source-without-requirement': {
    title: 'A source for a project that nothing names does nothing',
    why: 'uv applies `[tool.uv.sources]` to what the project itself names. Where torch comes along with another package, its source does not count, and neither does a constraint make it count: torch comes from the public index, whose Linux wheels bring CUDA.',
    fix: 'Name torch too. In a dependency group of its own it binds and is no part of what is published; `torchpin rewrite` writes one.',
    example: '[dependency-groups]\ncpu-torch = ["torch"]',
  },
  'torch-backend-not-locked': {
    title: 'torch-backend does nothing for uv lock and uv sync',
    why: '`torch-backend`, in a setting, a flag or UV_TORCH_BACKEND, counts in `uv pip` and `uv tool` alone. `uv lock`, `uv sync` and `uv run` take torch from the index that the project names, or from the public one, whose Linux wheels bring CUDA.',
    fix: 'Bind torch to the CPU index in `[tool.uv.sources]`, as torchpin rewrite does.',
    example: '[tool.uv.sources]\ntorch = { index = "pytorch-cpu" }',
  },
} satisfies Record<string, CodePage>
