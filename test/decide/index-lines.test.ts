import { describe, expect, test } from 'vitest'
import { moveSideIndexes, removeMarkers, switchIndexes } from '../../src/decide/index-lines.ts'
import type { IndexStyleName } from '../../src/decide/index-styles.ts'
import { edit } from '../../src/formats/requirements/edit.ts'
import { indexesInForce, indexOptionsIn } from '../../src/formats/requirements/index-options.ts'
import { applyEdits } from '../../src/text/edits.ts'
import { fileOf } from '../requirements/file-of.ts'

const cpu = 'https://download.pytorch.org/whl/cpu'

describe('a marker behind an index line is taken away', () => {
  test.each([
    ['behind a blank', `--extra-index-url ${cpu} ; sys_platform == "linux"`, `--extra-index-url ${cpu}`],
    ['glued to the URL', `--extra-index-url ${cpu}; sys_platform == 'linux'`, `--extra-index-url ${cpu}`],
    ['without a blank at all', `--extra-index-url ${cpu};sys_platform=="linux"`, `--extra-index-url ${cpu}`],
    ['with an equals sign', `--index-url=${cpu} ; python_version < "3.13"`, `--index-url=${cpu}`],
    ['in front of a comment', `-f ${cpu} ; os_name == "nt"  # here`, `-f ${cpu}  # here`],
    ['of several terms', `-i ${cpu} ; os_name == "nt" and (python_version < "3" or extra == "a")`, `-i ${cpu}`],
  ])('%s', (_, line, expected) => {
    const file = fileOf(`${line}\ntorch\n`)
    const { edits, changes } = edit(file, removeMarkers(indexOptionsIn(file), []))
    expect(applyEdits(file.source, edits)).toBe(`${expected}\ntorch\n`)
    expect(changes.map(({ reason }) => reason)).toEqual([expect.stringMatching('marker')])
    // What installers would ask is then the same as what was asked all along.
    const asked = indexesInForce(file, new Map())
    expect([asked.indexUrl, ...asked.extraIndexUrls, ...asked.findLinks]).toContain(cpu)
    expect(removeMarkers(indexOptionsIn(fileOf(`${expected}\ntorch\n`)), [])).toEqual([])
  })

  test.each([
    ['no marker', `--extra-index-url ${cpu} more`],
    ['a semicolon of the URL', '--index-url https://example.org/simple;v=1/'],
    ['a line of another kind', `-r other.txt ; sys_platform == "linux"`],
    ['a requirement', 'torch ; sys_platform == "linux"'],
  ])('but not %s', (_, line) => expect(removeMarkers(indexOptionsIn(fileOf(`${line}\n`)), [])).toEqual([]))
})

describe('options that lead to builds for GPUs', () => {
  const cu118 = 'https://download.pytorch.org/whl/cu118'
  const links = 'https://download.pytorch.org/whl/torch_stable.html'
  const switched = (text: string, style: IndexStyleName) => {
    const file = fileOf(text)
    return applyEdits(file.source, edit(file, switchIndexes(indexOptionsIn(file), cpu, style)).edits)
  }

  test.each<[id: string, style: IndexStyleName, text: string, expected: string]>([
    ['an extra index', 'extra-index-url', `--extra-index-url ${cu118}\n`, `--extra-index-url ${cpu}\n`],
    ['its slash stays', 'extra-index-url', `--extra-index-url=${cu118}/\n`, `--extra-index-url=${cpu}/\n`],
    ['the main index, in any style', 'find-links', `-i ${cu118}\n`, `-i ${cpu}\n`],
    ['a page becomes the index', 'extra-index-url', `-f ${links}\n`, `--extra-index-url ${cpu}\n`],
    ['a second one goes', 'extra-index-url', `--extra-index-url ${cu118}\n-f ${links}\n`, `--extra-index-url ${cpu}\n`],
    [
      'beside the CPU index it goes',
      'extra-index-url',
      `-f ${links}\n--extra-index-url ${cpu}\n`,
      `--extra-index-url ${cpu}\n`,
    ],
    ['in another style it goes', 'find-links', `--extra-index-url ${cu118}\n--extra-index-url ${cpu}\n`, ''],
    ['beside URLs it goes', 'direct-url', `-f ${cpu}/torch/\n-f ${links}\n`, ''],
    [
      'one of two on a line',
      'find-links',
      `-i https://example.org/s --extra-index-url ${cu118}\n`,
      '-i https://example.org/s \n',
    ],
    [
      'other indexes stay',
      'extra-index-url',
      '--extra-index-url https://example.org/s\n',
      '--extra-index-url https://example.org/s\n',
    ],
    ['all stay where none is to be named', 'none', `--extra-index-url ${cu118}\n`, `--extra-index-url ${cu118}\n`],
    [
      'the marker goes along',
      'extra-index-url',
      `--extra-index-url ${cu118} ; os_name == "nt"\n`,
      `--extra-index-url ${cpu}\n`,
    ],
  ])('%s', (_, style, text, expected) => expect(switched(text, style)).toBe(expected))
})

test('pages of other projects follow the torch that is installed', () => {
  const options = indexOptionsIn(
    fileOf('-f https://data.pyg.org/whl/torch-2.0.0+cu118.html\n-f https://example.org/p\n'),
  )
  expect(moveSideIndexes(options, '2.1.0')).toMatchObject([
    { kind: 'switch-index', url: 'https://data.pyg.org/whl/torch-2.1.0+cpu.html' },
  ])
  expect(moveSideIndexes(options, undefined)).toEqual([])
})
