import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Closures, Measured } from '../../scripts/comparison/closures.ts'
import { documentText } from '../../scripts/comparison/document.ts'
import type { Results } from '../../scripts/comparison/results.ts'
import { subjectsIn } from '../../scripts/comparison/subjects.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const read = (relative: string): string => readFileSync(path(relative), 'utf8')

const results = JSON.parse(read('results.json')) as Results
const closures = JSON.parse(read('closures.json')) as Closures
const measured = JSON.parse(read('../../fixtures/oracle/closures.json')) as Measured

/** The last live run, as it was kept: real uv and pip, the public index, CPU wheels as the snapshot describes them. */
describe('torchpin beside uv and pip', () => {
  const taken = results.compared.filter(({ uv, pip }) => uv === 'ok' && pip === 'ok')

  test('uv and pip would install what torchpin wrote, for at least 40 files', () => {
    expect(taken.length).toBeGreaterThanOrEqual(40)
  })

  test('where one of them would not, it is explained', () => {
    expect(results.compared.filter(row => !taken.includes(row) && !row.why)).toEqual([])
  })

  test('a file is the same as in uv exactly where no difference is listed', () => {
    const different = new Set(results.differences.map(({ file }) => file))
    expect(results.compared.filter(({ same }) => !same).map(({ file }) => file)).toEqual([...different])
  })

  test('every difference is explained', () => {
    expect(results.differences.filter(({ why }) => !why)).toEqual([])
  })

  test('torchpin says no only where uv says no, or where it is explained', () => {
    expect(results.refused.filter(({ uv, why }) => !/No solution found/.test(uv) && !why)).toEqual([])
  })

  test('every file of fixtures/comparison was asked about', async () => {
    const { compared, refused, passedOver } = results
    const known = new Set([...compared, ...refused, ...passedOver].map(({ file }) => file))
    const own = await subjectsIn(path('../../fixtures/comparison'))
    expect(own.map(({ id }) => id).filter(id => !known.has(id))).toEqual([])
  })
})

describe('sizes beside measured ones', () => {
  test('every measured release was asked about', () => {
    expect(closures.rows.map(({ torch }) => torch)).toEqual(measured.releases.map(({ torch }) => torch))
  })

  test.each(closures.rows)('torch $torch: within 1 %, or a package that nothing holds has moved', row => {
    const near = Math.abs(row.download) <= 1 && Math.abs(row.installed) <= 1
    expect(near || row.moved.some(({ floating }) => floating), JSON.stringify(row)).toBe(true)
  })

  test('the CPU build of torch 2.13.0 against the public one, to the byte', () => {
    const { packages, download, installed } = measured.releases.find(({ torch }) => torch === '2.13.0')!
    expect(closures.cpu).toMatchObject({
      before: { packages, download, installed, exact: true },
      after: {
        packages: measured.cpu.packages,
        download: measured.cpu.download,
        installed: measured.cpu.installed,
        exact: true,
      },
    })
  })
})

test('the document says what is kept beside it', () => {
  expect(read('README.md')).toBe(documentText(results, closures))
})
