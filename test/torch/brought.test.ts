import { expect, test } from 'vitest'
import { parseMarker } from '../../src/packaging/marker.ts'
import { parseRequirement } from '../../src/packaging/requirement.ts'
import type { Target } from '../../src/packaging/target.ts'
import { broughtLines } from '../../src/torch/brought.ts'
import { type Brought, requirementLines } from '../../src/torch/lines.ts'
import { fileOf } from '../requirements/file-of.ts'

const linux: Target = { python: '3.11', platform: 'linux-x86_64' }

/** What the last line of some lines brings, as if it needed this. */
function brought(source: string, needs: readonly string[], more: Partial<Brought> = {}) {
  const lines = requirementLines([fileOf(source)], [linux])
  const brings = { requirements: needs.map(parseRequirement), whole: false, source: 'pyproject.toml', ...more }
  const direct = lines.direct.map(line => ({ ...line, brings }))
  const found = broughtLines(lines, direct, ({ name, ...rest }) => ({ ...rest, name: `${name}!` }))
  return found.map(({ requirement: { name, marker }, where }) => ({ name, marker, where }))
}

const repository = 'git+https://example.org/tool'
const onLinux = parseMarker('sys_platform == "linux"')
const onOld = parseMarker('python_version < "3.12"')

test.each([
  {
    id: 'what a repository needs, at its line, as the CPU-only file asks for it',
    source: `numpy\n${repository}\n`,
    needs: ['torch', 'pandas'],
    lines: [
      { name: 'torch!', where: 'requirements.txt:2' },
      { name: 'pandas!', where: 'requirements.txt:2' },
    ],
  },
  {
    id: 'a line for the same project goes before needs of another release',
    source: `torch\ntool @ ${repository}\n`,
    needs: ['torch', 'pandas'],
    lines: [{ name: 'pandas!', where: 'requirements.txt:2' }],
  },
  {
    id: 'and not before all its needs as they are',
    source: `torch\ntool @ ${repository}\n`,
    needs: ['torch'],
    more: { whole: true },
    lines: [{ name: 'torch!', where: 'requirements.txt:2' }],
  },
  {
    id: 'the marker of the line counts',
    source: `tool @ ${repository} ; sys_platform == "linux"\n`,
    needs: ['torch'],
    lines: [{ name: 'torch!', marker: onLinux, where: 'requirements.txt:1' }],
  },
  {
    id: 'the marker of the need counts',
    source: `${repository}\n`,
    needs: ['torch ; python_version < "3.12"'],
    lines: [{ name: 'torch!', marker: onOld, where: 'requirements.txt:1' }],
  },
  {
    id: 'both do',
    source: `tool @ ${repository} ; sys_platform == "linux"\n`,
    needs: ['torch ; python_version < "3.12"'],
    lines: [{ name: 'torch!', marker: { type: 'and', terms: [onLinux, onOld] }, where: 'requirements.txt:1' }],
  },
])('$id', ({ source, needs, more = {}, lines }) => {
  expect(brought(source, needs, more)).toEqual(lines.map(line => ({ marker: undefined, ...line })))
})

test('what cannot be looked into brings nothing that is known', () => {
  const lines = requirementLines([fileOf(`${repository}\n`)], [linux])
  expect(broughtLines(lines, lines.direct, form => form)).toEqual([])
})
