import { readDockerignore } from '../dockerignore.ts'
import { readPythonFile } from './python-code.ts'
import type { Tree } from './tree.ts'

interface Group {
  readonly reason: string
  readonly patterns: readonly string[]
}

const groups: readonly Group[] = [
  {
    reason: 'History, and what it is kept with',
    patterns: ['.git', '.gitignore', '.gitattributes', '.gitmodules', '.github', '.gitlab-ci.yml', '.hg', '.svn'],
  },
  {
    reason: 'Secrets',
    patterns: [
      '**/.env',
      '**/.env.*',
      '**/.envrc',
      '**/.netrc',
      '**/.pypirc',
      '**/.ssh',
      '**/.aws',
      '**/.streamlit/secrets.toml',
    ],
  },
  {
    reason: 'Environments: the image makes its own',
    patterns: ['**/.venv', '**/venv', 'env', '**/.tox', '**/.nox', '**/__pypackages__', '**/node_modules'],
  },
  {
    reason: 'What Python and its tools leave behind',
    patterns: [
      '**/__pycache__',
      '**/*.py[cod]',
      '**/.pytest_cache',
      '**/.mypy_cache',
      '**/.ruff_cache',
      '**/.hypothesis',
      '**/.ipynb_checkpoints',
      '**/.coverage',
      '**/.coverage.*',
      '**/htmlcov',
      '**/*.egg-info',
      'build',
      'dist',
      '**/*.log',
    ],
  },
  {
    reason: 'Editors and systems',
    patterns: ['.idea', '.vscode', '.devcontainer', '**/*.swp', '**/.DS_Store', '**/Thumbs.db'],
  },
  {
    reason: 'What the image is made from, and run with',
    patterns: [
      'Dockerfile*',
      '*.Dockerfile',
      '.dockerignore',
      'docker-compose*.yml',
      'docker-compose*.yaml',
      'compose*.yml',
      'compose*.yaml',
    ],
  },
  {
    reason: 'Checks and papers that nothing needs at run time',
    patterns: ['.pre-commit-config.yaml', '.editorconfig', 'tox.ini', 'noxfile.py', 'tests', 'test', 'docs'],
  },
]

/** Patterns that a person has to decide on: some images need these files. */
const asked: Group = {
  reason: 'Models, indexes and data: take the mark off where the image is not to carry them',
  patterns: [
    '**/*.pt',
    '**/*.pth',
    '**/*.onnx',
    '**/*.gguf',
    '**/*.safetensors',
    '**/*.ipynb',
    '.cache',
    'data',
    'models',
    'chroma_db',
    'faiss_cache',
  ],
}

/** Folders of these names are left out unless code asks for what is in them. */
const doubtful = new Set(['tests', 'test', 'docs', 'build', 'dist', 'env'])

/**
 * Writes a .dockerignore that leaves out nothing that is needed.
 *
 * @param needed paths that the Dockerfile copies by name or the build backend reads
 */
export async function ignoreFileOf(tree: Tree, needed: readonly string[]): Promise<string> {
  const used = await usedFolders(tree)
  const keeps = (pattern: string) => {
    if (doubtful.has(pattern) && used.has(pattern)) return false
    return !needed.some(readDockerignore(pattern).ignores)
  }
  const blocks = groups.map(({ reason, patterns }) => [`# ${reason}`, ...patterns.filter(keeps)])
  return `${[...blocks, [`# ${asked.reason}`, ...asked.patterns.map(pattern => `#${pattern}`)]]
    .filter(block => block.length > 1)
    .map(block => block.join('\n'))
    .join('\n\n')}\n`
}

/** Which of the doubtful folders some code outside of them imports or names. */
async function usedFolders(tree: Tree): Promise<Set<string>> {
  const used = new Set<string>()
  for (const path of tree.files.filter(file => file.endsWith('.py'))) {
    const top = path.split('/')[0]!
    if (/^(?:tests?|docs)$/.test(top) || /(?:^|\/)(?:conftest|noxfile)\.py$/.test(path)) continue
    // A package of that name is code, not something that a build left.
    if (doubtful.has(top)) used.add(top)
    const file = readPythonFile(path, await tree.text(path))
    for (const folder of doubtful)
      if (file.imports.has(folder) || new RegExp(`["'](?:\\./)?${folder}(?:/|["'])`).test(file.code)) used.add(folder)
  }
  return used
}
