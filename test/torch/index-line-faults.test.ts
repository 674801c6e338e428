import { describe, expect, test } from 'vitest'
import { withSource } from '../../src/requirements/files.ts'
import { applyEdits } from '../../src/text/edits.ts'
import { ofIndexFaults, placeOf, takeMarkersOff } from '../../src/torch/index-line-faults.ts'
import { indexesInForce } from '../../src/torch/index-lines.ts'
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
    const changes = takeMarkersOff(file, [])
    expect(
      applyEdits(
        file.source,
        changes.flatMap(({ edits }) => edits),
      ),
    ).toBe(`${expected}\ntorch\n`)
    expect(changes.flatMap(({ changes }) => changes.map(({ reason }) => reason))).toEqual([
      expect.stringMatching('marker'),
    ])
    // What installers would ask is then the same as what was asked all along.
    const asked = indexesInForce(file, new Map())
    expect([asked.indexUrl, ...asked.extraIndexUrls, ...asked.findLinks]).toContain(cpu)
    expect(takeMarkersOff(withSource(file, `${expected}\ntorch\n`), [])).toEqual([])
  })

  test.each([
    ['no marker', `--extra-index-url ${cpu} more`],
    ['a semicolon of the URL', '--index-url https://example.org/simple;v=1/'],
    ['a line of another kind', `-r other.txt ; sys_platform == "linux"`],
    ['a requirement', 'torch ; sys_platform == "linux"'],
  ])('but not %s', (_, line) => expect(takeMarkersOff(fileOf(`${line}\n`), [])).toEqual([]))
})

describe('what is told of an index line', () => {
  const told = (text: string, installsWithUv = false, path = 'requirements.txt') =>
    ofIndexFaults(fileOf(text, path), { installsWithUv }).map(({ code, line, message }) => [code, line, message])

  test.each(['--extra-index-url', '-i', '--find-links'])('%s with a variable that is not set', option => {
    const [[code, line, message] = []] = told(`torch\n${option} \${PYTORCH_INDEX_URL}\n`)
    expect([code, line]).toEqual(['variable-not-set', 2])
    expect(message).toMatch(`PYTORCH_INDEX_URL is not set here, so what ${option} names is not read`)
  })

  test('each variable once', () =>
    expect(told('--index-url https://${USER}:${TOKEN}@example.org/${TOKEN}\n')).toHaveLength(2))

  test('words behind the URL that are no marker', () =>
    expect(told(`--extra-index-url ${cpu} https://example.org/simple\n`)).toEqual([
      ['option-ignored', 1, expect.any(String)],
    ]))

  test('in a file of constraints, where uv installs', () => {
    const line = `--extra-index-url ${cpu}\n`
    expect(told(line, true, 'constraints.txt')).toEqual([['index-in-constraints', 1, expect.any(String)]])
    expect([...told(line, false, 'constraints.txt'), ...told(line, true)]).toEqual([])
  })

  test('nothing of a good one', () => expect(told(`--extra-index-url ${cpu}\n--no-index\ntorch\n`)).toEqual([]))
})

test('an index whose variable is not set counts for nothing', () => {
  expect(placeOf('https://${HOST}/simple')).toBeUndefined()
  const file = fileOf('--index-url ${MAIN}\n--extra-index-url ${MORE}\n--find-links ${PAGE}\n')
  expect(indexesInForce(file, new Map())).toEqual({
    indexUrl: undefined,
    extraIndexUrls: [],
    findLinks: [],
    noIndex: false,
  })
})
