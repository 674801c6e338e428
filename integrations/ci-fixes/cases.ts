/** Steps of a job, and what `ci check --fix` is to do with them. */
export interface Case {
  readonly id: string
  /** As they stand below `steps:`. */
  readonly steps: string
  /** Keys of the job before its steps. */
  readonly job?: string
  /** Found after the fixes, where they are to leave the steps as they are. */
  readonly untouched?: readonly string[]
  /** It needs uv. */
  readonly uv?: true
  /** Files that the steps run, by their paths. */
  readonly files?: Readonly<Record<string, string>>
}

const cu124 = 'https://download.pytorch.org/whl/cu124'
const cpu = 'https://download.pytorch.org/whl/cpu'

const mended: readonly Case[] = [
  { id: 'pip: the project, with torch behind an extra', steps: `- run: pip install ".[dev]"` },
  {
    id: 'pip: an editable project, in a block',
    steps: `- run: |\n    set -e\n    pip install -e ".[dev]"\n    python -c "import docling"`,
  },
  { id: 'pip: in a chain', steps: `- run: cd . && pip install docling flask` },
  { id: 'pip: in double quotes', steps: `- run: "pip install docling flask"` },
  { id: 'pip: in single quotes', steps: `- run: 'pip install docling "flask>=3"'` },
  { id: 'pip: folded', steps: `- run: >-\n    pip install\n    docling flask` },
  { id: 'pip: continued', steps: `- run: |\n    pip install \\\n      docling \\\n      flask` },
  { id: 'pip: in braces', steps: `- { name: all, run: pip install docling flask }` },
  { id: 'pip: through sh -c', steps: `- run: sh -c "pip install docling flask"` },
  { id: 'pip: python -m pip, quietly', steps: `- run: python -m pip install -q docling` },
  { id: 'pip: torch alone', steps: `- run: pip install torch` },
  {
    id: 'pip: torch and torchvision, and then the project',
    steps: `- run: pip install torch torchvision\n- run: pip install ".[dev]"`,
  },
  { id: 'pip: an index for CUDA', steps: `- run: pip install torch==2.5.1 --index-url ${cu124}` },
  { id: 'pip: a label of CUDA', steps: `- run: pip install torch==2.5.1+cu124 --index-url ${cu124}` },
  {
    id: 'pip: a bound that the shell takes for a redirection',
    steps: `- run: python -m pip install torch>=2.5 torchvision`,
  },
  { id: 'pip: a line ending between its words', steps: `- run: >-\n    pip\n    install docling` },
  {
    id: 'pip: behind its own upgrade, with options below',
    steps: `- run: |\n    pip --version && pip install \\\n      --no-cache-dir \\\n      torch==2.5.1 docling && \\\n      echo done`,
  },
  {
    id: 'pip: in a branch that its words decide',
    steps: `- run: if [ "dev" = dev ]; then pip install -e ".[dev]"; fi`,
  },
  {
    id: 'pip: a release in a variable',
    steps: `- run: |\n    RELEASE=2.5.1\n    if [ $RELEASE = nightly ]; then\n      pip install --pre torch\n    else\n      pip install torch==$RELEASE\n    fi\n    pip install flask`,
  },
  {
    id: 'pip: a script of the repository',
    steps: `- run: bash ci/deps.sh`,
    files: { 'ci/deps.sh': 'set -e\npip --version\npip install docling flask\n' },
  },
  {
    id: 'pip: a target of make',
    steps: `- run: make deps`,
    files: { Makefile: 'PIP := python -m pip\n\nbefore:\n\t@true\n\ndeps: before\n\tpip install -e ".[dev]"\n' },
  },
  { id: 'uv pip', steps: `- run: uv pip install --system docling flask`, uv: true },
  { id: 'uv pip: the project', steps: `- run: uv pip install --system ".[dev]"`, uv: true },
  {
    id: 'uv pip: upgraded, with a folder of wheels',
    steps: `- run: mkdir -p dist && uv pip install --system -e ".[dev]" -U -f dist/`,
    uv: true,
  },
  {
    id: 'uv pip: an editable project twice',
    steps: `- run: uv pip install --system -e ".[dev]"\n- run: uv pip install --system docling flask`,
    uv: true,
  },
  { id: 'uv pip: a backend for CUDA', steps: `- run: uv pip install --system torch --torch-backend=cu124`, uv: true },
]

const untouched: readonly Case[] = [
  {
    id: 'pip: the CPU index before',
    steps: `- run: pip install torch --index-url ${cpu}\n- run: pip install ".[dev]"`,
    untouched: [],
  },
  { id: 'pip: -U', steps: `- run: pip install -U docling`, untouched: ['ci-installs-cuda'] },
  {
    id: 'a runner with a GPU',
    job: 'runs-on: gpu-runner',
    steps: `- run: pip install torch`,
    untouched: ['ci-left-alone'],
  },
  {
    id: 'a matrix that means CUDA',
    job: 'runs-on: ubuntu-latest\n    strategy: { matrix: { device: [cuda] } }',
    steps: `- run: pip install torch`,
    untouched: ['ci-left-alone'],
  },
  {
    id: 'a matrix with macOS',
    job: 'runs-on: ${{ matrix.os }}\n    strategy: { matrix: { os: [ubuntu-latest, macos-latest] } }',
    steps: `- run: pip install torch`,
    untouched: ['ci-installs-cuda'],
  },
  {
    id: 'an older uv',
    steps: `- run: pip install uv==0.5.5\n- run: uv pip install --system docling`,
    untouched: ['ci-installs-cuda'],
  },
  {
    id: 'an expression inside of a word',
    steps: `- run: pip install docling==\${{ inputs.version }}`,
    untouched: ['ci-installs-cuda'],
  },
  { id: 'another shell', steps: `- shell: pwsh\n  run: pip install docling`, untouched: ['ci-not-judged'] },
]

export const cases: readonly Case[] = [...mended, ...untouched]

/** A project whose own build backend needs nothing from an index. */
export const project: Readonly<Record<string, string>> = {
  'pyproject.toml': `[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "own"
version = "1.0"
dependencies = ["filelock"]

[project.optional-dependencies]
dev = ["docling"]
`,
  'backend.py': `import os, zipfile

METADATA = "Metadata-Version: 2.1\\nName: own\\nVersion: 1.0\\nProvides-Extra: dev\\nRequires-Dist: filelock\\nRequires-Dist: docling; extra == 'dev'\\n"

def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "own-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.writestr("own-1.0.dist-info/METADATA", METADATA)
        wheel.writestr("own-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: own\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("own-1.0.dist-info/RECORD", "own-1.0.dist-info/METADATA,,\\nown-1.0.dist-info/WHEEL,,\\nown-1.0.dist-info/RECORD,,\\n")
    return name

build_editable = build_wheel
`,
}
