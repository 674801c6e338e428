import { expect, test } from 'vitest'
import { parseVersion } from '../../src/packaging/version.ts'
import { nearest } from '../../src/torch/nearest.ts'

const versions = (text: string) => text.split(' ').map(version => parseVersion(version)!)

test.each([
  {
    id: 'the newest patch of the same minor release',
    has: '1.9.0 1.10.0 1.10.2 1.11.0',
    asked: '1.10.1',
    taken: '1.10.2',
  },
  { id: 'an older patch, where no newer one is there', has: '1.9.0 1.10.0 1.11.0', asked: '1.10.1', taken: '1.10.0' },
  {
    id: 'the next later one, where the minor release is not there',
    has: '1.8.0 1.9.0 1.12.0 1.13.0',
    asked: '1.10.1',
    taken: '1.12.0',
  },
  {
    id: 'the newest earlier one, where nothing later is there',
    has: '1.7.0 1.8.0 1.9.0',
    asked: '1.10.1',
    taken: '1.9.0',
  },
  {
    id: 'the same release under a post number comes first',
    has: '1.10.0 1.10.0.post1 1.10.0.post2 1.10.1',
    asked: '1.10.0',
    taken: '1.10.0.post2',
  },
  { id: 'a missing number is 0', has: '1.9 1.9.1', asked: '1.9.0', taken: '1.9' },
  { id: 'a number that is missing in what is asked is 0', has: '1.0.3 1.1', asked: '1', taken: '1.0.3' },
  {
    id: 'another major release with the same minor number is another release',
    has: '1.10.0 3.10.0',
    asked: '2.10.0',
    taken: '3.10.0',
  },
  { id: 'another epoch is another release', has: '1.10.0 1!1.9.0 1!1.10.3', asked: '1!1.10.0', taken: '1!1.10.3' },
  {
    id: 'the same numbers in another epoch are another release',
    has: '1.10.0 1!1.9.0',
    asked: '1!1.10.0',
    taken: '1!1.9.0',
  },
  { id: 'no pre-release', has: '1.10.2rc1 1.11.0', asked: '1.10.1', taken: '1.11.0' },
])('$id', ({ has, asked, taken }) => {
  expect(nearest(versions(has), parseVersion(asked)!)?.text).toBe(taken)
})

test('nothing is near where there are pre-releases alone', () => {
  expect(nearest(versions('1.10.2rc1 1.11.0a1'), parseVersion('1.10.1')!)).toBeUndefined()
})
