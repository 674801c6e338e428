import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { explain, explanations } from '../src/explain.ts'
import { codeIndexMarkdown, codeList, explanationMarkdown, explanationText } from '../src/report/explanation.ts'

const docs = resolve(import.meta.dirname, '../docs/codes')
const plain = { color: false, width: 80, diffOnly: false, quiet: false, ascii: false }

describe('what other tools print leads to its page', () => {
  test.each([
    {
      id: 'pip, no index line',
      text: 'ERROR: Could not find a version that satisfies the requirement torch==2.1.0+cpu (from versions: 2.5.0, 2.5.1)\nERROR: No matching distribution found for torch==2.1.0+cpu\n',
      code: 'no-matching-distribution',
      here: 'none of the versions that pip saw is a +cpu build, so it is the index line (1)',
    },
    {
      id: 'pip, no wheel for this Python',
      text: 'ERROR: Could not find a version that satisfies the requirement torch==2.1.0+cpu (from versions: none)',
      code: 'no-matching-distribution',
      here: 'pip saw no version at all, so it is the Python or the platform (3), (2), and not the index line',
    },
    {
      id: 'pip, another release',
      text: 'ERROR: Could not find a version that satisfies the requirement torch==2.1.0+cpu (from versions: 2.5.0+cpu, 2.5.0, 2.6.0+cpu)',
      code: 'no-matching-distribution',
      here: 'pip saw from 2.5.0+cpu to 2.6.0+cpu: what is asked for is not among them for this Python and platform (2), (3), (4)',
    },
    {
      id: 'pip, broken over lines',
      text: 'No matching\n    distribution found for torch==9',
      code: 'no-matching-distribution',
    },
    { id: 'numpy', text: 'RuntimeError: Numpy is not available', code: 'fails-at-run-time' },
    {
      id: 'loader',
      text: 'ImportError: libcudart.so.13: cannot open shared object file: No such file or directory',
      code: 'torchvision-other-build',
    },
    { id: 'nms', text: 'RuntimeError: operator torchvision::nms does not exist', code: 'torchvision-other-build' },
    { id: 'no GPU', text: 'AssertionError: Torch not compiled with CUDA enabled', code: 'cuda-not-compiled' },
  ])('$id', ({ text, code, here }) => {
    const [page] = explain(text)
    expect(page).toMatchObject({ code, ...(here === undefined ? {} : { here }) })
  })

  test.each(explanations().flatMap(({ code, symptoms = [] }) => symptoms.map(symptom => ({ code, symptom }))))(
    '$code: $symptom',
    ({ code, symptom }) => {
      const text = `Traceback:\n  ${symptom.replaceAll('…', ' something ')}\n`
      expect(explain(text).map(page => page.code)).toContain(code)
    },
  )
})

describe('codes', () => {
  test.each(['NO_SOLUTION', 'no-solution', 'No_Solution', ' no_solution '])('%j is NO_SOLUTION', asked => {
    expect(explain(asked).map(({ code }) => code)).toEqual(['NO_SOLUTION'])
  })

  test.each([
    { asked: 'uv-first-idnex', hint: 'did you mean uv-first-index?' },
    { asked: 'something else altogether', hint: 'torchpin explain lists the codes' },
    { asked: '', hint: 'torchpin explain lists the codes' },
  ])('$asked: $hint', ({ asked, hint }) => {
    expect(() => explain(asked)).toThrow(expect.objectContaining({ code: 'BAD_OPTION', hint }))
  })

  test('each stands once in the table', () => {
    const codes = explanations().map(({ code }) => code)
    expect(codes).toEqual([...new Set(codes)])
  })

  test.each(explanations())('$code is told in whole sentences', ({ title, why, fix, symptoms = [] }) => {
    expect(title).toMatch(/^[A-Za-z].*[^.]$/)
    expect(why).toMatch(/^\S[^\n]*[.)]$/)
    expect(fix).toMatch(/^\S[^\n]*\.$/)
    for (const symptom of symptoms) expect(symptom.trim()).not.toBe('')
  })
})

describe('pages', () => {
  test('docs/codes is what the table makes (scripts/make-code-pages.ts)', () => {
    const pages = explanations()
    const made = new Map(pages.map(page => [`${page.code}.md`, explanationMarkdown(page)]))
    made.set('README.md', codeIndexMarkdown(pages))
    expect(new Map(readdirSync(docs).map(name => [name, readFileSync(join(docs, name), 'utf8')]))).toEqual(made)
  })

  test('on a terminal', () => {
    expect(explanationText(explain('page-ended'), plain)).toMatchInlineSnapshot(`
      "page-ended  A page of wheels has none for this torch

      Its wheels are built for one torch release each, and it ended before the one
      that is pinned.

      What to do: Hold torch at the release that the hint names, or build from
      source.
      "
    `)
  })

  test('the list names every code', () => {
    const list = codeList(explanations(), plain)
    for (const { code } of explanations()) expect(list).toContain(`  ${code} `)
  })
})
