import fc from 'fast-check'
import { expect, test } from 'vitest'
import { svgReport } from '../../src/report/rewrite/svg.ts'
import { arbitraryResult } from './arbitrary-result.ts'
import { sample } from './sample.ts'

const style = { color: true, width: 80, diffOnly: false, quiet: false, ascii: false }

test('the savings as two pairs of bars', () => {
  const svg = svgReport(sample, style)
  const bars = [...svg.matchAll(/<rect class="(\w+)" .*?width="([\d.]+)"/g)].map(([, side, width]) => [
    side,
    Number(width),
  ])
  const { before, after } = sample.savings!
  expect(bars).toEqual([
    ['before', 400],
    ['after', expect.closeTo((400 * after.download) / before.download, 1)],
    ['before', 400],
    ['after', expect.closeTo((400 * after.installed) / before.installed, 1)],
  ])
  expect(svg).toContain('>~1.16 GB</text>')
})

test('without savings it is the closing line alone', () => {
  const svg = svgReport({ ...sample, savings: null }, style)
  expect(svg).toContain('3 changes in requirements.txt')
  expect(svg).not.toContain('<rect')
})

test('whatever the text, it is XML that says no more than was meant', () => {
  fc.assert(
    fc.property(arbitraryResult, result => {
      const svg = svgReport(result, style)
      const rest = svg.replace(/<(?:svg|text|rect) (?:[\w-]+="[^"<]*" ?)+\/?>|<\/(?:svg|text|style)>|<style>/g, '')
      expect(rest).not.toMatch(/[<]|&(?!#\d+;)/)
      expect(svg).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f]/)
    }),
  )
})
