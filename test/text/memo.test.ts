import { expect, test } from 'vitest'
import { remembered } from '../../src/text/memo.ts'

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
