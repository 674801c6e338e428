import { expect, test } from 'vitest'
import { indexesInForce, placeOf } from '../../src/formats/requirements/index-options.ts'
import { fileOf } from './file-of.ts'

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
