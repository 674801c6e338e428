import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rewrite } from '../../src/rewrite/rewrite.ts'
import type { Row } from './row.ts'

/** Where the rows have their files: made with the first, and gone with the process. */
let place: string | undefined

function newFolder(files: Readonly<Record<string, string>>): string {
  if (place === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'torchpin-growth-'))
    process.on('exit', () => rmSync(made, { recursive: true, force: true }))
    place = made
  }
  const folder = mkdtempSync(join(place, 'run-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const page = (wheels: readonly string[]): string =>
  wheels.map(wheel => `<a href="../${encodeURIComponent(wheel)}" data-core-metadata="true">${wheel}</a>\n`).join('')
const metadata = (name: string, version: string, needs: readonly string[] = []): string =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${needs.map(need => `Requires-Dist: ${need}\n`).join('')}`

/** An index in a folder: some projects of one release, each of which needs the next. */
function indexOf(names: readonly string[], version: string): string {
  const files: Record<string, string> = {}
  for (const [i, name] of names.entries()) {
    const wheel = `${name.replaceAll('-', '_')}-${version}-py3-none-any.whl`
    files[`${name}/index.html`] = page([wheel])
    files[`${wheel}.metadata`] = metadata(name, version, i % 4 === 3 ? [] : names.slice(i + 1, i + 2))
  }
  return pathToFileURL(newFolder(files)).href
}

const packages = (size: number): string[] => Array.from({ length: size }, (_, i) => `package-${i}`)
const folders = (size: number, files: (i: number) => Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: size }, (_, i) =>
      Object.entries(files(i)).map(([name, text]) => [`s${i}/${name}`, text] as const),
    ).flat(),
  )

/**
 * A whole run on a repository, without what writes it.
 * @param projects how many the main index has
 * @param files of the repository of a size
 */
function run(
  id: string,
  size: number,
  projects: (size: number) => number,
  files: (size: number) => Record<string, string>,
): Row {
  return {
    id: `run: ${id}`,
    size,
    prepare(size) {
      const cwd = newFolder({ '.git/HEAD': 'ref: refs/heads/main\n', ...files(size) })
      const options = {
        cwd,
        environment: { HOME: cwd, PIP_CONFIG_FILE: '/dev/null' },
        python: ['3.11'],
        cpuIndexUrl: indexOf(['torch'], '2.1.0'),
        indexUrl: indexOf(packages(projects(size)), '1.0'),
        cacheDir: join(cwd, '.cache'),
        sizes: false,
      }
      return () => rewrite(['.'], options)
    },
  }
}

const names = (size: number, from = 0): string =>
  Array.from({ length: 8 }, (_, i) => `package-${(from + i) % size}\n`).join('')

/** Whole runs, by what a repository has many of. */
export const runRows: readonly Row[] = [
  run(
    'files that ask the same',
    60,
    () => 8,
    size => folders(size, () => ({ 'requirements.txt': `torch>=2\n${names(8)}` })),
  ),
  run(
    'files, each of which asks for something else',
    40,
    size => size,
    size => folders(size, i => ({ 'requirements.txt': `torch>=2\n${names(size, i)}` })),
  ),
  run(
    'packages of one file',
    60,
    size => size,
    size => ({ 'requirements.txt': `torch>=2\n${packages(size).join('\n')}\n` }),
  ),
  run(
    'members of a workspace',
    40,
    () => 8,
    size => ({
      'pyproject.toml': '[project]\nname = "all"\nversion = "1"\n\n[tool.uv.workspace]\nmembers = ["s*"]\n',
      ...folders(size, i => ({
        'pyproject.toml': `[project]\nname = "s${i}"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["torch>=2", "package-${i % 8}"]\n`,
      })),
    }),
  ),
]
