import { expect, test } from 'vitest'
import { onceForEachObject, remembered } from '../../src/text/memo.ts'

test('a text is read once, and again once as many others have been read as are kept', () => {
  const read: string[] = []
  const lengthOf = remembered(text => {
    read.push(text)
    return text.length
  })
  expect([lengthOf('1.0'), lengthOf('1.0')]).toEqual([3, 3])
  expect(read).toEqual(['1.0'])
  for (let i = 0; i < 2 ** 17; i++) lengthOf(`2.${i}`)
  expect(lengthOf('1.0')).toBe(3)
  expect(read.filter(text => text === '1.0')).toHaveLength(2)
})

test('a text that means nothing is asked again', () => {
  let asked = 0
  const nothing = remembered((): number | undefined => void asked++)
  expect([nothing('x'), nothing('x')]).toEqual([undefined, undefined])
  expect(asked).toBe(2)
})

test('an object is read once, whatever it means; an equal one is another', () => {
  const read: object[] = []
  const meaningOf = onceForEachObject((object: { readonly text?: string }) => {
    read.push(object)
    return object.text
  })
  const [one, empty] = [{ text: 'a' }, {}]
  expect([one, one, empty, empty].map(meaningOf)).toEqual(['a', 'a', undefined, undefined])
  expect(meaningOf({ text: 'a' })).toBe('a')
  expect(read).toEqual([one, empty, { text: 'a' }])
})
