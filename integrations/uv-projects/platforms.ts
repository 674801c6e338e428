import type { Run } from './uv.ts'

/** Where an install is worked out: the name that uv has for it, and what markers see there. */
export interface Place {
  readonly name: string
  readonly uv: string
  readonly markers: Readonly<Record<string, string>>
}

const place = (name: string, uv: string, [sys, os, system, machine]: readonly string[]): Place => ({
  name,
  uv,
  markers: { sys_platform: sys!, os_name: os!, platform_system: system!, platform_machine: machine! },
})

export const places: readonly Place[] = [
  place('linux-x86_64', 'x86_64-unknown-linux-gnu', ['linux', 'posix', 'Linux', 'x86_64']),
  place('linux-aarch64', 'aarch64-unknown-linux-gnu', ['linux', 'posix', 'Linux', 'aarch64']),
  place('windows-x86_64', 'x86_64-pc-windows-msvc', ['win32', 'nt', 'Windows', 'AMD64']),
  place('macos-arm64', 'aarch64-apple-darwin', ['darwin', 'posix', 'Darwin', 'arm64']),
]

/** Canonical name → version. */
export type Installed = Readonly<Record<string, string>>

/**
 * What uv would install somewhere from a lock file, wheels chosen for that place.
 *
 * @param words what is chosen: `--all-extras`, `--script` …
 * @throws {Error} when uv finds no way, in its own words
 */
export async function dryRun(run: Run, folder: string, { uv }: Place, words: readonly string[]): Promise<Installed> {
  const { code, stderr } = await run('uv', ['sync', '--dry-run', '--python-platform', uv, ...words], folder)
  if (code !== 0) throw new Error(stderr)
  return Object.fromEntries([...stderr.matchAll(/^ \+ (\S+)==(\S+)/gm)].map(([, name, version]) => [name!, version!]))
}

const evaluate = `import json, sys
from pip._vendor.packaging.requirements import Requirement
places = json.loads(sys.argv[1])
lines = sys.argv[2].splitlines()
found = {}
for name, markers in places.items():
    found[name] = {}
    for line in lines:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(markers):
            (pin,) = requirement.specifier
            found[name][requirement.name] = pin.version
print(json.dumps(found))`

/**
 * What the lines of `uv export` come to in each place: the same question as `dryRun`, its markers read by pypa/packaging.
 *
 * @returns by the name of the place
 */
export async function exported(
  run: Run,
  folder: string,
  words: readonly string[],
): Promise<Readonly<Record<string, Installed>>> {
  const args = ['export', '--no-hashes', '--no-header', '--no-annotate', '--no-emit-local', ...words]
  const { code, stdout, stderr } = await run('uv', args, folder)
  if (code !== 0) throw new Error(stderr)
  const lines = stdout.split('\n').filter(line => /^[a-z0-9]/i.test(line))
  const asked = JSON.stringify(Object.fromEntries(places.map(({ name, markers }) => [name, markers])))
  const read = await run(process.env['TORCHPIN_PYTHON'] ?? 'python3', ['-c', evaluate, asked, lines.join('\n')], folder)
  if (read.code !== 0) throw new Error(read.stderr)
  return JSON.parse(read.stdout)
}
