import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { describe, expect, test } from 'vitest'
import { decode, encode } from '../../src/files/encoding.ts'
import { parseRequirements } from '../../src/formats/requirements/parse.ts'

// TORCHPIN_CORPUS names a folder of real requirements files; without it there is nothing to walk through.
const corpus = process.env['TORCHPIN_CORPUS']

describe.skipIf(!corpus)('real files', () => {
  const files = corpus ? globSync('**/*.{txt,in}', { cwd: corpus, dot: true }) : []
  test.each(files)('%s', file => {
    const bytes = readFileSync(join(corpus!, file))
    const decoded = decode(bytes)
    if ('problem' in decoded) throw new Error(decoded.problem)
    const { statements } = parseRequirements(decoded.text)
    const printed = statements.map(({ span }) => decoded.text.slice(span.start, span.end)).join('')
    expect(Buffer.compare(encode(printed, decoded.encoding), bytes)).toBe(0)
  })
})
