import { describe, expect, test } from 'vitest'
import { edit } from '../../../src/formats/toml/pyproject/edit.ts'
import { applyEdits } from '../../../src/text/edits.ts'
import { type Case, cases, decisionsOf } from './cases.ts'
import { isDone, restOf } from './meaning.ts'
import { read } from './written.ts'

describe.each(cases.map(one => [one.id, one] as const))('%s', (_, one) => {
  const { folder, extension, input, stated } = one

  test('is read, and edited as decided', async () => {
    const { manifest, changes, text } = edited(input, one)
    const { entries, indexes, sources, syntax, conflicts } = manifest
    const written = JSON.stringify({ read: { syntax, conflicts, entries, indexes, sources }, changes }, undefined, 2)
    await expect(text).toMatchFileSnapshot(`${folder}/expected.${extension}`)
    await expect(`${written}\n`).toMatchFileSnapshot(`${folder}/expected.json`)
  })

  test('every decision is done, and nothing else changes', () => {
    const { manifest, decisions, text } = edited(input, one)
    const after = read(text, one)
    for (const decision of decisions) expect(isDone(decision, manifest, after), JSON.stringify(decision)).toBe(true)
    expect(restOf(text, one, decisions, manifest)).toEqual(restOf(input, one, decisions, manifest))
  })

  test('a second time nothing changes', () => {
    const { text } = edited(input, one)
    const lasting = stated.filter(({ entry, of }) => entry === undefined && of === undefined)
    expect(edited(text, { ...one, stated: lasting })).toMatchObject({ text, changes: [] })
    expect(edited(text, { ...one, stated: [] })).toMatchObject({ text, changes: [] })
  })

  test.each([
    ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['no final newline', (text: string) => text.replace(/\n$/, '')],
  ])('with %s it reads the same', (_, written) => {
    const expected = edited(input, one)
    const { text, changes } = edited(written(input), one)
    const ending = /\r?\n/.exec(written(input))?.[0] ?? '\n'
    expect(text.trimEnd()).toBe(expected.text.replaceAll('\n', ending).trimEnd())
    // What is put at the end has a line of its own only behind a line that is ended.
    const anyLine = (all: typeof changes) => all.map(({ line, ...change }) => JSON.stringify(change)).sort()
    expect(anyLine(changes)).toEqual(anyLine(expected.changes))
  })

  test('a byte order mark is no part of the text', () => {
    const { text, manifest } = edited(`\uFEFF${input}`, one)
    expect(text).toBe(edited(input, one).text)
    expect(manifest.encoding).toEqual({ name: 'utf-8', bom: true })
  })
})

function edited(input: string, one: Case) {
  const manifest = read(input, one)
  const decisions = decisionsOf(manifest, one.stated)
  const { edits, changes } = edit(manifest, decisions)
  return { manifest, decisions, changes, text: applyEdits(input.replace(/^\uFEFF/, ''), edits) }
}
