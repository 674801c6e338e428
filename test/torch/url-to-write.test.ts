import { expect, test } from 'vitest'
import { urlToWrite } from '../../src/torch/index-urls.ts'

const filename = 'torch-2.1.0+cpu-cp311-cp311-linux_x86_64.whl'
const at = 'https://example.org/whl/cpu/torch-2.1.0%2Bcpu-cp311-cp311-linux_x86_64.whl'

test.each([
  { id: 'as the index gives it', url: at, written: at },
  { id: 'without user and password', url: at.replace('//', '//me:secret@'), written: at },
  { id: 'without a user alone', url: at.replace('//', '//token@'), written: at },
  { id: 'with its fragment', url: `${at}#sha256=${'a'.repeat(64)}`, written: `${at}#sha256=${'a'.repeat(64)}` },
])('$id', ({ url, written }) => {
  expect(urlToWrite({ url, filename })).toBe(written)
})

test.each([
  { id: 'a signature', url: `${at}?Signature=secret`, why: 'has a query, which may hold a secret' },
  { id: 'what pip takes for a marker', url: at.replace('/whl/', '/w;hl/'), why: 'cannot stand in a requirements file' },
  {
    id: 'what pip takes for a variable',
    url: at.replace('/whl/', '/${WHL}/'),
    why: 'cannot stand in a requirements file',
  },
])('$id is refused, and not told', ({ url, why }) => {
  expect(() => urlToWrite({ url, filename })).toThrow(
    expect.objectContaining({
      code: 'BAD_OPTION',
      message: `--index-style direct-url: the URL that the index gives of ${filename} ${why}`,
      flag: 'index-style',
    }),
  )
})
