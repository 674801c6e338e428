import { describe, expect, test } from 'vitest'
import { ofSharedNames, ofUnreached, type SharedNames } from '../../../src/decide/notices/shared-names.ts'
import { indexOptionsIn } from '../../../src/formats/requirements/index-options.ts'
import { fileOf } from '../../requirements/file-of.ts'

const index = 'https://example.org/simple'
const own = { asked: [], direct: [] }
const told = (text: string, shared: Partial<SharedNames>) =>
  ofSharedNames(own, indexOptionsIn(fileOf(text)), [
    { index, main: 'https://example.net/simple', both: [], alone: [], ...shared },
  ]).map(({ level, line, message }) => [level, line, message.slice(0, message.indexOf(' on '))])

describe('packages of an extra index, at its line', () => {
  test.each<[id: string, text: string, shared: Partial<SharedNames>, expected: unknown[]]>([
    ['that only it has', `torch\n--extra-index-url ${index}/\n`, { alone: ['a'] }, [['warning', 2, 'a is']]],
    ['that others have too', `--extra-index-url ${index}\n`, { both: ['a', 'b'] }, [['info', 1, 'a, b are']]],
    [
      'three by name',
      `--extra-index-url ${index}\n`,
      { both: ['a', 'b', 'c', 'd', 'e'] },
      [['info', 1, 'a, b, c, 2 more are']],
    ],
    ['not in a file that does not name it', '-i https://example.org/other\n', { alone: ['a'] }, []],
  ])('%s', (_, text, shared, expected) => expect(told(text, shared)).toEqual(expected))
})

test('an index at which nobody was there, at its line', () => {
  const options = indexOptionsIn(fileOf(`torch\n--extra-index-url ${index}\n`))
  expect(ofUnreached(options, [index, 'https://example.org/other'])).toMatchObject([
    { code: 'index-not-reached', level: 'warning', line: 2 },
  ])
})
