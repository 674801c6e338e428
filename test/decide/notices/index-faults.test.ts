import { describe, expect, test } from 'vitest'
import { ofIndexFaults } from '../../../src/decide/notices/index-faults.ts'
import { fileOf } from '../../requirements/file-of.ts'

const cpu = 'https://download.pytorch.org/whl/cpu'

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
