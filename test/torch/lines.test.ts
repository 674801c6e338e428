import { describe, expect, test } from 'vitest'
import type { RequirementsFile } from '../../src/formats/requirements/requirements-file.ts'
import type { Target } from '../../src/packaging/target.ts'
import {
  directName,
  installedLines,
  isCpuWheel,
  isLookedInto,
  linesByFile,
  MOST_PROJECTS,
  requirementLines,
  urlOf,
} from '../../src/torch/lines.ts'
import { byPath, including } from '../decide/given.ts'
import { fileOf } from '../requirements/file-of.ts'

const linux: Target = { python: '3.11', platform: 'linux-x86_64' }
const mac: Target = { python: '3.11', platform: 'macos-arm64' }

const read = (source: string, targets: readonly Target[] = [linux]) => requirementLines([fileOf(source)], targets)
const directOf = (line: string, targets: readonly Target[] = [linux]) => read(`${line}\n`, targets).direct[0]!

const wheels = 'https://example.org/whl'
const cpuWheel = `${wheels}/torch-2.5.1%2Bcpu-cp311-cp311-linux_x86_64.whl`

describe('a line that takes its project from elsewhere', () => {
  test.each([
    { id: 'a wheel by its URL alone', line: cpuWheel, project: 'torch', lookedInto: true, cpu: true },
    { id: 'a wheel by name and URL', line: `torch @ ${cpuWheel}`, project: 'torch', lookedInto: true, cpu: true },
    {
      id: 'a wheel for GPUs',
      line: `torch @ ${wheels}/torch-2.5.1%2Bcu121-cp311-cp311-linux_x86_64.whl`,
      project: 'torch',
      lookedInto: true,
      cpu: false,
    },
    {
      id: 'a CPU wheel of another project',
      line: `${wheels}/tool-1.0%2Bcpu-py3-none-any.whl`,
      project: 'tool',
      lookedInto: true,
      cpu: false,
    },
    {
      id: 'a wheel for another Python',
      line: `torch @ ${wheels}/torch-2.5.1%2Bcpu-cp39-cp39-linux_x86_64.whl`,
      project: 'torch',
      lookedInto: false,
      cpu: false,
    },
    {
      id: 'a wheel on this machine',
      line: 'torch @ file:///torch-2.5.1+cpu-cp311-cp311-linux_x86_64.whl',
      project: 'torch',
      lookedInto: false,
      cpu: false,
    },
    { id: 'a repository', line: 'tool @ git+https://example.org/tool', project: 'tool', lookedInto: false, cpu: false },
    { id: 'a folder', line: './tool', project: undefined, lookedInto: false, cpu: false },
  ])('$id', ({ line, project, lookedInto, cpu }) => {
    const direct = directOf(line)
    expect(direct.project).toBe(project)
    expect(isLookedInto(direct)).toBe(lookedInto)
    expect(isCpuWheel(direct)).toBe(cpu)
  })

  test('what is known to be everything that it needs is as good as a wheel', () => {
    const direct = directOf('tool @ git+https://example.org/tool')
    const brings = { requirements: [], source: 'pyproject.toml' }
    expect(isLookedInto({ ...direct, brings: { ...brings, whole: true } })).toBe(true)
    expect(isLookedInto({ ...direct, brings: { ...brings, whole: false } })).toBe(false)
  })

  test('a wheel is looked into where its marker leaves exactly the targets that it is for', () => {
    const line = `torch @ ${cpuWheel} ; sys_platform == "linux"`
    expect(directOf(line, [linux, mac])).toMatchObject({ targets: [linux], wheel: { where: 'requirements.txt:1' } })
    expect(directOf(`torch @ ${cpuWheel}`, [linux, mac])).toMatchObject({ targets: [linux, mac], wheel: undefined })
  })

  test('the wheel is asked for with the extras and the marker of the line', () => {
    const { wheel } = directOf(`tool[a,b] @ ${wheels}/tool-1.0-py3-none-any.whl ; python_version >= "3"`)
    expect(wheel).toMatchObject({ requirement: { key: 'tool', extras: ['a', 'b'] }, version: { text: '1.0' } })
    expect(wheel?.requirement.marker).toBeDefined()
    expect(directOf(`${wheels}/tool-1.0-py3-none-any.whl`).wheel?.requirement).not.toHaveProperty('marker')
  })

  test.each([
    ['its project, where it has one', `torch @ ${cpuWheel}`, 'torch', cpuWheel],
    ['else the place', './tool', './tool', './tool'],
    [
      'the place without what is secret',
      'git+https://me:secret@example.org/tool',
      'git+https://****@example.org/tool',
      'git+https://me:secret@example.org/tool',
    ],
  ])('is called by %s', (_, line, name, url) => {
    expect(directName(directOf(line))).toBe(name)
    expect(urlOf(directOf(line))).toBe(url)
  })

  test.each([
    ['a repository of a project that needs torch', 'git+https://github.com/openai/whisper.git', ['torch']],
    ['its name', 'openai-whisper @ https://example.org/archive.zip', ['torch']],
    ['a repository of another project', 'tool @ git+https://example.org/tool', undefined],
    ['torch itself', 'torch @ git+https://github.com/pytorch/pytorch', undefined],
  ])('brings torch: %s', (_, line, brings) => {
    const found = directOf(line).brings
    expect(found?.requirements.map(({ key }) => key).slice(0, 1)).toEqual(brings)
    expect(found?.whole).toBe(brings && false)
  })

  test('a comment keeps it as it is, whichever way the place is written', () => {
    for (const line of [cpuWheel, `torch @ ${cpuWheel}`]) {
      expect(directOf(`${line}  # torchpin: keep`).ignoredByComment).toBe(true)
      expect(directOf(`${line}  # for the tests`).ignoredByComment).toBe(false)
    }
  })
})

describe('what files ask for', () => {
  test('constraints are apart from requirements, each line with its place', () => {
    const { requirements, constraints } = requirementLines(
      [fileOf('# head\ntorch==2.5.1\n'), fileOf('numpy<2\n', 'constraints.txt')],
      [linux],
    )
    expect(requirements.map(({ where, lineNumber }) => [where, lineNumber])).toEqual([['requirements.txt:2', 2]])
    expect(constraints.map(({ where }) => where)).toEqual(['constraints.txt:1'])
  })

  test('a line that installers refuse counts where it is plain what it asks for', () => {
    expect(read('torch==2.5.1 --index-url https://example.org\nnot a requirement at all\n').requirements).toMatchObject(
      [{ requirement: { key: 'torch' } }],
    )
  })

  test('the lines of a file, requirements before what comes from elsewhere', () => {
    const [one, two] = [fileOf('torch\n./tool\n'), fileOf('numpy\n', 'two.txt')]
    const linesOf = linesByFile(requirementLines([one, two], [linux]))
    expect(linesOf(one).asked.map(({ requirement }) => requirement.key)).toEqual(['torch'])
    expect(linesOf(one).direct.map(directName)).toEqual(['./tool'])
    expect(linesOf(two)).toMatchObject({ asked: [{ requirement: { key: 'numpy' } }], direct: [] })
    expect(linesOf(fileOf('', 'empty.txt'))).toEqual({ asked: [], direct: [] })
  })

  const place = (name: string) => `${name} @ git+https://example.org/${name}`
  const many = (count: number) => Array.from({ length: count }, (_, i) => `p${i}`)

  test.each([
    ['projects', many(MOST_PROJECTS), [`p0[extra]`]],
    ['extras of one', [`p[${many(MOST_PROJECTS - 1)}]`], ['other']],
    ['places', many(MOST_PROJECTS).map(place), [place('other')]],
  ])('at most so many %s', (_, most, more) => {
    expect(read(`${most.join('\n')}\n${most[0]}\n`)).toBeDefined()
    const last = most.length + more.length
    expect(() => read([...most, ...more, ''].join('\n'))).toThrow(
      `requirements.txt:${last} asks for one more than ${MOST_PROJECTS} projects`,
    )
  })
})

describe('what is installed', () => {
  const source = fileOf('torch\n', 'requirements.in')
  const compiled = fileOf('torch==2.5.1\n')
  const installedOf = (
    files: readonly RequirementsFile[],
    sources: ReadonlyMap<string, readonly RequirementsFile[]>,
  ) => {
    const lines = installedLines(requirementLines(files, [linux]), byPath(...files), sources)
    return lines.requirements.map(({ where }) => where)
  }

  test('every file, where none is compiled', () => {
    expect(installedOf([source, compiled], new Map())).toEqual(['requirements.in:1', 'requirements.txt:1'])
  })

  test('of a compiled file and its source the compiled one', () => {
    expect(installedOf([source, compiled], new Map([[compiled.absolute, [source]]]))).toEqual(['requirements.txt:1'])
  })

  test('a source too that an installed file brings in', () => {
    const all = including(fileOf('-r requirements.in\n', 'all.txt'), source)
    expect(installedOf([source, compiled, all], new Map([[compiled.absolute, [source]]]))).toEqual([
      'requirements.in:1',
      'requirements.txt:1',
    ])
  })

  test('none of a file that is only included by what is not installed', () => {
    const included = { ...fileOf('numpy\n', 'base.in'), root: false }
    const outer = including(fileOf('-r base.in\n', 'requirements.in'), included)
    expect(installedOf([outer, included, compiled], new Map([[compiled.absolute, [outer]]]))).toEqual([
      'requirements.txt:1',
    ])
  })
})
