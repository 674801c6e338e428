import { describe, expect, test } from 'vitest'
import { splitMarkers } from '../../src/decide/split-markers.ts'
import type { PylockDecision } from '../../src/formats/decision.ts'
import { pylockFormat } from '../../src/formats/toml/pylock/format.ts'
import { applyEdits } from '../../src/text/edits.ts'

const read = (text: string) => pylockFormat.read(new TextEncoder().encode(text), { path: 'pylock.toml', variables: {} })

const wheel = {
  filename: 'torch-2.8.0+cpu-cp311-cp311-win_amd64.whl',
  url: 'https://cpu.example.org/torch-2.8.0%2Bcpu-cp311-cp311-win_amd64.whl',
  size: undefined,
  sha256: 'ab',
}
const build = { version: '2.8.0+cpu', marker: undefined, index: undefined, wheels: [wheel] }

/** The file once torch has the builds, and what they had is gone. */
function edited(
  text: string,
  builds: readonly (typeof build | object)[] = [build],
  gone: readonly string[] = ['nvidia-nccl'],
) {
  const { packages } = read(text)
  const about = (name: string) =>
    packages.filter(one => one.name === name).map(({ at }) => ({ at, name, reason: 'why' }))
  const decisions = [
    ...about('torch').map(one => ({ ...one, kind: 'switch-locked', builds })),
    ...gone.flatMap(about).map(one => ({ ...one, kind: 'remove' })),
  ] as PylockDecision[]
  return applyEdits(text, pylockFormat.edit(read(text), decisions).edits)
}

const url = "url = 'https://main.example.org/torch-2.8.0-cp311-cp311-win_amd64.whl'"
const list = (text: string) => `[[packages]]\nname = "torch"\nversion = "2.8.0"\n${text}\n`
const cpuWheel = `{ url = "${wheel.url}", hashes = { sha256 = "ab" } }`
const other = '[[packages]]\nname = "nvidia-nccl"\nversion = "1"\n'

describe('a package takes other wheels', () => {
  const torch = { version: '2.8.0+cpu' }
  test.each<{ id: string; text: string; to: string; builds?: object[] }>([
    {
      id: 'in a list on one line',
      text: list(`wheels = [{${url}, size = 1, hashes = {sha256 = "cd"}}]  # here`),
      to: list(`wheels = [${cpuWheel}]  # here`),
    },
    {
      id: 'in a list on several lines, whose bracket is indented',
      text: list(`wheels = [\n\t{${url}}\n  ]`),
      to: list(`wheels = [\n\t${cpuWheel}\n  ]`),
    },
    {
      id: 'with its size, where the index tells it and the file states sizes',
      text: list(`wheels = [{${url}, size = 1}]`),
      to: list(`wheels = [{ url = "${wheel.url}", size = 7, hashes = { sha256 = "ab" } }]`),
      builds: [{ ...build, wheels: [{ ...wheel, size: 7 }] }],
    },
    {
      id: 'with a marker and an index that it did not have',
      text: list(`wheels = [{${url}}]`),
      to: list(`marker = "sys_platform == 'win32'"\nindex = "https://cpu.example.org"\nwheels = [${cpuWheel}]`),
      builds: [{ ...build, marker: "sys_platform == 'win32'", index: 'https://cpu.example.org' }],
    },
    {
      id: 'more than one, where one stood on the line',
      text: list(`wheels = [{${url}}]`),
      to: list(`wheels = [\n    ${cpuWheel},\n    ${cpuWheel},\n]`),
      builds: [{ ...build, wheels: [wheel, wheel] }],
    },
    {
      id: 'in tables, with the name of the file',
      text: list(`\n[[packages.wheels]]\nname = "a"\n${url}\n[packages.wheels.hashes]\nsha256 = "cd"`),
      to: list(
        `\n[[packages.wheels]]\nname = "${wheel.filename}"\nurl = "${wheel.url}"\n\n[packages.wheels.hashes]\nsha256 = "ab"`,
      ),
    },
  ])('$id', ({ text, to, builds }) => {
    expect(edited(text, builds)).toBe(to.replace('2.8.0"', `${torch.version}"`))
  })

  test('at the end of a file without a line ending, and becomes two', () => {
    const text = list(`wheels = [{${url}}]`).trimEnd()
    const plain = { ...build, version: '2.8.0', marker: "sys_platform == 'darwin'" }
    const labelled = { ...build, marker: "sys_platform != 'darwin'" }
    const one = (version: string, marker: string) =>
      `[[packages]]\nname = "torch"\nversion = "${version}"\nmarker = "${marker}"\nwheels = [${cpuWheel}]`
    expect(edited(text, [plain, labelled])).toBe(
      `${one('2.8.0', plain.marker)}\n\n${one('2.8.0+cpu', labelled.marker)}`,
    )
  })
})

describe('a package goes', () => {
  const kept = '[[packages]]\nname = "a"\nversion = "1"\n'
  test.each([
    ['between two others', `${kept}\n${other}\n${kept}`, `${kept}\n${kept}`],
    ['at the end', `${kept}\n${other}`, kept],
    ['with the one behind it', `${kept}\n${other}\n${other}\n${kept}`, `${kept}\n${kept}`],
    ['and not what is said of the next one', `${other}\n# about a\n${kept}`, `# about a\n${kept}`],
    ['with its tables', `${kept}\n${other}\n[packages.tool.x]\ny = 1\n\n${kept}`, `${kept}\n${kept}`],
    ['and its name', `${kept}dependencies = [{name = "nvidia-nccl"}]\n\n${other}`, `${kept}dependencies = []\n`],
    [
      'and not the name of another version',
      `${kept}dependencies = [{name = "nvidia-nccl", version = "2"}]\n\n${other}`,
      `${kept}dependencies = [{name = "nvidia-nccl", version = "2"}]\n`,
    ],
    [
      'where the lines end as on Windows',
      `${kept}\n${other}\n${kept}`.replaceAll('\n', '\r\n'),
      `${kept}\n${kept}`.replaceAll('\n', '\r\n'),
    ],
  ])('%s', (_, text, to) => {
    expect(edited(text)).toBe(to)
  })
})

test('the version of what is named follows, to both where there are two', () => {
  const user = '\n[[packages]]\nname = "b"\nversion = "1"\ndependencies = [{name = "torch", version = "2.8.0"}]\n'
  const text = `${list(`wheels = [{${url}}]`)}${user}`
  const plain = { ...build, version: '2.8.0' }
  expect(edited(text, [plain, build])).toContain(
    'dependencies = [{name = "torch", version = "2.8.0"}, {name = "torch", version = "2.8.0+cpu"}]',
  )
})

test.each([
  [
    'a table that parts its wheels',
    '\n[[packages.wheels]]\nurl = "a"\n[packages.tool.x]\ny = 1\n[[packages.wheels]]\nurl = "b"',
  ],
  ['wheels in a dotted key', 'wheels.a = 1'],
])('%s has no place for others', (_, wheels) => {
  expect(() => edited(list(wheels))).toThrow('has no place'.replace('has', 'finds'))
})

test.each<[string | undefined, string[], string, string]>([
  [undefined, ['3.11 macos-arm64'], "sys_platform == 'darwin'", "sys_platform != 'darwin'"],
  [
    "python_version < '3.12' or os_name == 'nt'",
    ['3.11 macos-arm64'],
    "(python_version < '3.12' or os_name == 'nt') and sys_platform == 'darwin'",
    "(python_version < '3.12' or os_name == 'nt') and sys_platform != 'darwin'",
  ],
  [
    undefined,
    ['3.11 linux-aarch64'],
    "sys_platform == 'linux' and platform_machine == 'aarch64'",
    "sys_platform != 'linux' or platform_machine != 'aarch64'",
  ],
  [
    "os_name == 'posix'",
    ['3.11 macos-arm64', '3.11 linux-aarch64'],
    "os_name == 'posix' and (sys_platform == 'darwin' or (sys_platform == 'linux' and platform_machine == 'aarch64'))",
    "os_name == 'posix' and sys_platform != 'darwin' and (sys_platform != 'linux' or platform_machine != 'aarch64')",
  ],
])('%j with builds without a label on %j', (marker, places, plain, labelled) => {
  expect(splitMarkers(marker, places)).toEqual([plain, labelled])
})

test('more packages than any tool locks together are refused before they are read', () => {
  const many = '[[packages]]\nname = "a"\nversion = "1"\n'.repeat(10_001)
  expect(() => read(many)).toThrow('pylock.toml lists more than 10000 packages')
})
