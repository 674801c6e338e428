import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { torchFamily } from '../../src/torch/family.ts'
import { type Installed, places } from './platforms.ts'
import type { Ran, Run } from './uv.ts'

const poetry = (run: Run, folder: string, ...words: readonly string[]): Promise<Ran> =>
  run(process.env['POETRY'] ?? 'poetry', [...words, '--no-interaction'], folder)

/**
 * Locks with Poetry. It has no word that holds a release, and asks two indexes for one project, which end at different
 * releases: so it locks once with pins in a group of their own, and again without, when it keeps what is locked.
 *
 * @param releases public releases to hold, by project
 */
export async function lockWithPoetry(
  run: Run,
  folder: string,
  releases: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const file = join(folder, 'pyproject.toml')
  const text = readFileSync(file, 'utf8')
  const pins = Object.entries(releases).map(([name, release]) => {
    const entry = (source: string, operator: string) =>
      `{ version = "==${release}", source = "${source}", markers = "sys_platform ${operator} 'darwin'" }`
    return torchFamily.has(name) && text.includes('source = "pytorch-cpu"')
      ? `${name} = [${entry('pytorch-cpu', '!=')}, ${entry('public', '==')}]`
      : `${name} = "==${release}"`
  })
  if (pins.length > 0) {
    writeFileSync(file, `${text}\n[tool.poetry.group.held.dependencies]\n${pins.join('\n')}\n`)
    const { code, stdout, stderr } = await poetry(run, folder, 'lock')
    writeFileSync(file, text)
    if (code !== 0) return { code, stdout, stderr }
  }
  return poetry(run, folder, 'lock')
}

/** Whether Poetry finds its lock up to date, and installs from it for real, without the project itself. */
export const checkWithPoetry = (run: Run, folder: string): Promise<Ran> => poetry(run, folder, 'check', '--lock')
export const installWithPoetry = (run: Run, folder: string): Promise<Ran> => poetry(run, folder, 'install', '--no-root')

const hash = `from pathlib import Path
from poetry.factory import Factory
print(Factory().create_poetry(Path.cwd()).locker._get_content_hash())`

/** Makes the lock file of a folder that of its pyproject.toml, whose hosts were exchanged: Poetry hashes these too. */
export async function rehash(run: Run, folder: string): Promise<void> {
  const python = join(dirname(process.env['POETRY'] ?? '/usr/bin/poetry'), 'python')
  const { code, stdout, stderr } = await run(python, ['-c', hash], folder)
  if (code !== 0) throw new Error(stderr)
  const file = join(folder, 'poetry.lock')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^content-hash = .*$/m, `content-hash = "${stdout.trim()}"`))
}

const read = `import json, sys, tomllib
from pip._vendor.packaging.markers import Marker
from pip._vendor.packaging.tags import parse_tag
from pip._vendor.packaging.utils import parse_wheel_filename
places, found = json.loads(sys.argv[1]), {}
with open('poetry.lock', 'rb') as file:
    packages = tomllib.load(file)['package']
for name, markers in places.items():
    found[name] = {}
    for package in packages:
        marker = package.get('markers')
        marked = list(marker.values()) if isinstance(marker, dict) else [marker]
        if any(each is None or Marker(each).evaluate(markers) for each in marked):
            wheels = [tag.platform for file in package['files'] for tag in parse_wheel_filename(file['file'])[3]]
            system = {'linux': 'linux', 'win32': 'win', 'darwin': 'macosx'}[markers['sys_platform']]
            machine = markers['platform_machine'].lower()
            suits = any(each == 'any' or (system in each and each.endswith(machine)) for each in wheels)
            found[name].setdefault(package['name'], []).append(package['version'] if suits else 'no wheel')
print(json.dumps({name: {each: ' '.join(all) for each, all in of.items()} for name, of in found.items()}))`

/** What Poetry would install in each place: the markers of its lock file, read by pypa/packaging. All groups. */
export async function lockedByPoetry(run: Run, folder: string): Promise<Readonly<Record<string, Installed>>> {
  const asked = JSON.stringify(Object.fromEntries(places.map(({ name, markers }) => [name, markers])))
  const { code, stdout, stderr } = await run(process.env['TORCHPIN_PYTHON'] ?? 'python3', ['-c', read, asked], folder)
  if (code !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

/** Versions in the environment that Poetry made, by name. */
export async function installedByPoetry(run: Run, folder: string): Promise<Installed> {
  const list = 'import importlib.metadata as m, json; print(json.dumps({d.name: d.version for d in m.distributions()}))'
  const { stdout } = await run(join(folder, '.venv/bin/python'), ['-c', list], folder)
  return JSON.parse(stdout)
}
