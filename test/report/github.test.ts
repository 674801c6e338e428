import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { githubReport } from '../../src/report/rewrite/github.ts'
import { arbitraryResult } from './arbitrary-result.ts'
import { anyCode, plain, sample, sampleFile } from './sample.ts'

/** Reads a workflow command as the runner does: properties end at the first `::`, then everything is unescaped. */
function parseCommand(line: string) {
  const [, name, properties, message] = /^::(\w+) (.*?)::(.*)$/s.exec(line)!
  const data = (text: string) => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
  const property = (text: string) => data(text.replaceAll('%3A', ':').replaceAll('%2C', ','))
  const pairs = properties!.split(',').map(pair => {
    const equals = pair.indexOf('=')
    return [pair.slice(0, equals), property(pair.slice(equals + 1))]
  })
  return { name, properties: Object.fromEntries(pairs) as Record<string, string>, message: data(message!) }
}

describe('githubReport', () => {
  test('annotations at their lines, and the run as a whole', () => {
    expect(githubReport(sample, plain)).toMatchInlineSnapshot(`
      "::warning file=requirements.txt,line=2,title=uv-first-index::uv reads every project from there alone%0Ahint: run torchpin with --index-style find-links
      ::notice title=torchpin::~1.16 GB → 209 MB to download (−82 %25), ~2.48 GB → 769 MB on disk (−69 %25)
      ::notice file=requirements.txt,line=2,title=inject torch::--extra-index-url https://download.pytorch.org/whl/cpu is new: the CPU wheels are there
      ::notice file=requirements.txt,line=2,title=pin numpy::numpy>=1.26 becomes numpy==2.3.5: newest that fits
      ::notice file=requirements.txt,line=3,title=pin torch::torch>=2.0.0 becomes torch==2.13.0+cpu: CPU build
      "
    `)
  })

  test('errors come first', () => {
    const found = (level: 'info' | 'warning' | 'error') => ({
      code: anyCode('c'),
      level,
      line: 1,
      column: 7,
      message: level,
    })
    const files = [{ ...sampleFile, changes: [], diagnostics: [found('info'), found('warning'), found('error')] }]
    expect(
      githubReport({ ...sample, files, savings: null }, plain)
        .split('\n')
        .slice(0, 3),
    ).toEqual([
      '::error file=requirements.txt,line=1,col=7,title=c::error',
      '::warning file=requirements.txt,line=1,col=7,title=c::warning',
      '::notice file=requirements.txt,line=1,col=7,title=c::info',
    ])
  })

  test.each([
    { id: 'percent', text: '100%0A', told: '100%250A', title: '100%250A' },
    { id: 'colon and comma', text: 'a:b,c', told: 'a:b,c', title: 'a%3Ab%2Cc' },
    { id: 'line ends', text: 'a\r\nb\nc', told: 'a%0Ab%0Ac', title: 'a%0Ab%0Ac' },
    { id: 'end of properties', text: '::error::x', told: '::error::x', title: '%3A%3Aerror%3A%3Ax' },
    { id: 'control characters', text: '\u001b[2J', told: '\\x1b[2J', title: '\\x1b[2J' },
  ])('escapes $id', ({ text, told, title }) => {
    const diagnostics = [{ code: anyCode(text), level: 'warning' as const, line: 3, message: text }]
    const [first] = githubReport({ ...sample, files: [{ ...sampleFile, diagnostics }] }, plain).split('\n')
    expect(first).toBe(`::warning file=requirements.txt,line=3,title=${title}::${told}`)
  })

  test('whatever the text, every line is one command with the properties that were meant', () => {
    fc.assert(
      fc.property(arbitraryResult, result => {
        const lines = githubReport(result, plain).split('\n')
        expect(lines.pop()).toBe('')
        const [errors, warnings] = ['error', 'warning'].map(
          level => result.files.flatMap(file => file.diagnostics).filter(found => found.level === level).length,
        )
        const commands = lines.map(parseCommand)
        expect(commands.filter(({ name }) => name === 'error')).toHaveLength(errors!)
        expect(commands.filter(({ name }) => name === 'warning')).toHaveLength(warnings!)
        for (const { properties } of commands)
          for (const key of Object.keys(properties)) expect(['file', 'line', 'col', 'title']).toContain(key)
        expect(lines.join('')).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u202e]/)
      }),
    )
  })
})
