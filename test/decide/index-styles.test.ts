import { describe, expect, test } from 'vitest'
import { type IndexStyleName, indexStyleRules, styleInForce } from '../../src/decide/index-styles.ts'
import { indexesInForce } from '../../src/formats/requirements/index-options.ts'
import { fileOf } from '../requirements/file-of.ts'
import { chosen, cpu } from './given.ts'

const projects = ['torch', 'torchvision']
const inForce = (text: string) => indexesInForce(fileOf(text), new Map())
const extra = { option: 'extra-index-url', url: cpu }
const page = (project: string) => ({ option: 'find-links', url: `${cpu}/${project}/` })

describe('what a file has to name yet', () => {
  test.each<[style: IndexStyleName, text: string, missing: object[]]>([
    ['extra-index-url', '', [extra]],
    ['extra-index-url', `--extra-index-url ${cpu}/\n`, []],
    ['extra-index-url', `--index-url ${cpu}\n`, []],
    ['extra-index-url', `--extra-index-url ${cpu}\n--no-index\n`, [extra]],
    ['extra-index-url', `--find-links ${cpu}/torch/\n`, [extra]],
    ['find-links', '', [page('torch'), page('torchvision')]],
    ['find-links', `--find-links ${cpu}/torch\n`, [page('torchvision')]],
    ['direct-url', '', []],
    ['none', '', []],
  ])('%s: %j', (style, text, missing) =>
    expect(indexStyleRules[style].missing(inForce(text), cpu, projects)).toEqual(missing),
  )
})

describe('the style that a file has already', () => {
  test.each<[text: string, style: IndexStyleName | undefined]>([
    ['', undefined],
    ['--extra-index-url https://example.org/simple\n', undefined],
    [`--extra-index-url ${cpu}\n`, 'extra-index-url'],
    ['--index-url https://download.pytorch.org/whl/cu118\n', 'extra-index-url'],
    [`--find-links ${cpu}/torchvision/\n`, 'find-links'],
  ])('%j', (text, style) => expect(styleInForce(inForce(text), cpu, projects)).toBe(style))
})

test('by URL go the builds that only the CPU index has', () => {
  const url = (version: string) =>
    indexStyleRules['direct-url'].urlOf(chosen({ torch: version }).get('torch')!.builds[0])
  expect(url('2.1.0+cpu')).toBe(`${cpu}/torch-2.1.0%2Bcpu-cp311-cp311-linux_x86_64.whl`)
  expect(url('2.1.0')).toBeUndefined()
})
