import { describe, expect, test } from 'vitest'
import type { Change } from '../../src/contract/results/rewrite.ts'
import type { Entry } from '../../src/decide/entry.ts'
import { decisionOn } from '../../src/decide/lines.ts'
import type { Pin } from '../../src/formats/decision.ts'
import type { Edited, Format, Manifest } from '../../src/formats/format.ts'
import { parseRequirement, type Requirement } from '../../src/packaging/requirement.ts'
import { applyEdits, type Span } from '../../src/text/edits.ts'
import { cpuForm } from '../../src/torch/cpu-form.ts'
import { ruleFor } from '../../src/torch/rules.ts'
import { chosen, linux, versionsOf, written } from '../decide/given.ts'

/** A made-up format: one project a line, `torch = ">=2.0"`. What `decide/` says of it comes from the same rules. */
interface Specs extends Manifest {
  readonly specs: readonly {
    readonly span: Span
    readonly name: Span
    readonly specifier: Span
    readonly requirement: Requirement
  }[]
}

const specsFormat: Format<Specs> = {
  name: 'specs',
  matches: path => path.endsWith('.specs'),
  read(bytes) {
    const source = Buffer.from(bytes).toString()
    const specs = [...source.matchAll(/^([\w.-]+) = "(.*)"(?:\n|$)/gm)].map(
      ({ 0: line, 1: name = '', 2: text = '', index }) => {
        const specifier = { start: index + name.length + 4, end: index + name.length + 4 + text.length }
        return {
          span: { start: index, end: index + line.length },
          name: { start: index, end: index + name.length },
          specifier,
          requirement: parseRequirement(name + text),
        }
      },
    )
    return { source, specs }
  },
  edit({ source, specs }, decisions): Edited {
    const made = decisions.map((decision): Edited => {
      if (decision.kind === 'add') {
        const text = `${decision.project} = "==${decision.pin.version}"\n`
        return { edits: [{ start: source.length, end: source.length, text }], changes: [] }
      }
      if (!('at' in decision)) return { edits: [], changes: [] }
      const { kind, at, name, reason } = decision
      const entry = specs.find(({ span }) => span.start === at.start)!
      const change = (to: string): Change => ({
        action: kind === 'remove' ? 'remove' : 'pin',
        line: source.slice(0, at.start).split('\n').length,
        name,
        from: source.slice(at.start, at.end).trim(),
        to,
        reason,
      })
      if (kind === 'remove') return { edits: [{ ...at, text: '' }], changes: [change('')] }
      const [pin] = 'pins' in decision ? decision.pins : ([] as Pin[])
      if (!('pins' in decision) || !pin) return { edits: [], changes: [] }
      const project = decision.project ?? source.slice(entry.name.start, entry.name.end)
      const edits = [
        { ...entry.name, text: project },
        { ...entry.specifier, text: `==${pin.version}` },
      ]
      return { edits, changes: [change(`${project} = "==${pin.version}"`)] }
    })
    return { edits: made.flatMap(({ edits }) => edits), changes: made.flatMap(({ changes }) => changes) }
  },
}

const context = { path: 'a.specs', variables: {} }

/** What the world without GPUs asks in place of a spec. */
function entryOf({ span, requirement }: Specs['specs'][number]): Entry {
  const action = ruleFor(requirement.key)?.action
  return {
    requirement,
    cpuRequirement: cpuForm(requirement, [linux]),
    targets: [linux],
    ignoredByComment: false,
    removal: action === 'cuda-only' ? action : undefined,
    file: { path: 'a.specs', absolute: '/a.specs', role: 'requirements' },
    statement: { kind: 'spec', span },
  }
}

describe('another format is decided on by the same rules, and edits itself', () => {
  const versions = versionsOf(chosen({ torch: '2.1.0+cpu', 'faiss-cpu': '1.7.4' }))
  const rewritten = (text: string) => {
    const manifest = specsFormat.read(Buffer.from(text), context)
    const decisions = manifest.specs.flatMap(
      spec => decisionOn(entryOf(spec), versions, written('none'), new Map()) ?? [],
    )
    const { edits, changes } = specsFormat.edit(manifest, decisions)
    return { text: applyEdits(text, edits), changes }
  }

  test.each([
    ['torch is pinned', 'torch = ">=2.0"\n', 'torch = "==2.1.0+cpu"\n'],
    ['a label of CUDA is switched', 'flask = ""\ntorch = "==2.0.0+cu118"\n', 'flask = ""\ntorch = "==2.1.0+cpu"\n'],
    ['a GPU package gives way', 'faiss-gpu = "==1.7.2"\n', 'faiss-cpu = "==1.7.4"\n'],
    ['a library of CUDA goes', 'nvidia-cublas-cu12 = "==12.1"\ntorch = "==2.1.0+cpu"\n', 'torch = "==2.1.0+cpu"\n'],
  ])('%s', (_, text, expected) => {
    expect(rewritten(text).text).toBe(expected)
    expect(rewritten(expected).changes).toEqual([])
  })

  test('with what the reader is told', () =>
    expect(rewritten('flask = ""\ntorch = ">=2"\n').changes).toEqual([
      {
        action: 'pin',
        line: 2,
        name: 'torch',
        from: 'torch = ">=2"',
        to: 'torch = "==2.1.0+cpu"',
        reason: 'CPU build',
      },
    ]))
})
