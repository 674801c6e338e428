import assert from 'node:assert/strict'
import fc from 'fast-check'
import { TorchpinError } from '../../src/contract/errors.ts'
import { readDockerignore } from '../../src/docker/dockerignore.ts'
import { installsOf } from '../../src/docker/install.ts'
import { refuseOthers } from '../../src/docker/refuse.ts'
import { readDockerfile } from '../../src/project-files/dockerfile/dockerfile.ts'
import { dockerfileTexts } from '../arbitraries/dockerfile.ts'
import { ignoreTexts, paths } from '../arbitraries/settings-files.ts'
import { type FuzzTarget, outcomeOf, target } from './target.ts'

export const dockerTargets: readonly FuzzTarget[] = [
  // Nothing makes it fail, and every word is where it says.
  target('Dockerfile', dockerfileTexts, source => {
    const inside = ({ start, end }: { start: number; end: number }) =>
      assert(start >= 0 && start <= end && end <= source.length, `${start}..${end}`)
    const dockerfile = readDockerfile(source)
    for (const { span, rest, keywordSpan, heredocs } of dockerfile.instructions)
      for (const each of [span, rest, keywordSpan, ...heredocs.map(({ body }) => body)]) inside(each)
    for (const stage of dockerfile.stages) {
      installsOf(stage)
      for (const { words, span } of stage.steps.flatMap(step => (step.kind === 'run' ? step.commands : []))) {
        inside(span)
        for (const { span, value, offsets } of words) {
          inside(span)
          if (value !== undefined) assert.equal(offsets.length, value.length)
          // A word without quotes and variables is the text that it covers, continuations aside.
          const text = source.slice(span.start, span.end)
          if (/^\w+$/.test(text)) assert.equal(value, text)
        }
      }
    }
    return outcomeOf(
      () => refuseOthers(dockerfile, 'Dockerfile'),
      error => error instanceof TorchpinError && error.code === 'FILE_UNREADABLE',
    )
  }),

  target('.dockerignore', fc.tuple(ignoreTexts, paths), ([text, path]) => {
    const { patterns, ignores, leftOutBy } = readDockerignore(text)
    for (const { written, span } of patterns) assert.equal(text.slice(span.start, span.end), written)
    assert.equal(ignores(path), leftOutBy(path) !== undefined)
    const by = leftOutBy(path)
    if (by) assert(patterns.includes(by) && !by.exception)
    return patterns.length > 0 ? 'read' : 'refused'
  }),
]
