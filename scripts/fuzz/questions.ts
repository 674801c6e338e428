import fc from 'fast-check'
import { expandVariables } from '../../src/formats/requirements/environment.ts'
import { splitLogicalLines } from '../../src/formats/requirements/lines.ts'
import { parseRequirements } from '../../src/formats/requirements/parse.ts'
import { evaluateMarker, parseMarker } from '../../src/packaging/marker.ts'
import { parseRequirement } from '../../src/packaging/requirement.ts'
import { parseSpecifierSet, satisfies } from '../../src/packaging/specifier.ts'
import { PackagingSyntaxError } from '../../src/packaging/syntax-error.ts'
import { environmentFor } from '../../src/packaging/target.ts'
import { compareVersions, parseVersion } from '../../src/packaging/version.ts'
import { parseWheelFilename } from '../../src/packaging/wheel.ts'
import {
  around,
  fileNames,
  markerTexts,
  requirementTexts,
  specifierTexts,
  versionTexts,
} from '../../test/arbitraries/packaging.ts'
import { manySources, variables } from '../../test/arbitraries/requirements-file.ts'
import { answered, expected, type PipLine } from '../../test/requirements/pip-answers.ts'

/** What both sides are asked, under a name that oracle.py knows. */
export interface Question {
  readonly kind: string
  /** Of all inputs, so many parts. */
  readonly share: number
  readonly inputs: fc.Arbitrary<unknown>
  /** Both answers in the same words. */
  answers(input: unknown, theirs: unknown): { readonly ours: unknown; readonly theirs: unknown }
}

function question<Input>(
  kind: string,
  share: number,
  inputs: fc.Arbitrary<Input>,
  ours: (input: Input) => unknown,
): Question {
  return { kind, share, inputs, answers: (input, theirs) => ({ ours: orRefused(() => ours(input as Input)), theirs }) }
}

/** Refusals are null on both sides. */
function orRefused(answer: () => unknown): unknown {
  try {
    return answer()
  } catch (error) {
    if (error instanceof PackagingSyntaxError) return null
    throw error
  }
}

/** Without halves of surrogate pairs, which no text has that was decoded. */
const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, '')

const linux = environmentFor({ python: '3.11', platform: 'linux-x86_64' })

export const questions: readonly Question[] = [
  question('versions', 3, around(versionTexts), text => parseVersion(text)?.text ?? null),
  question('order of versions', 3, fc.tuple(versionTexts, versionTexts), ([a, b]) => {
    const [first, second] = [parseVersion(a), parseVersion(b)]
    return first && second ? compareVersions(first, second) : null
  }),
  question('specifiers', 4, fc.tuple(around(specifierTexts), versionTexts), ([text, version]) =>
    satisfies(parseSpecifierSet(text), parseVersion(version)!),
  ),
  question(
    'markers',
    3,
    fc.tuple(around(markerTexts).map(wellFormed), fc.constant({ ...linux, extra: 'a' })),
    ([text, environment]) => evaluateMarker(parseMarker(text), environment),
  ),
  question('requirements', 3, around(requirementTexts).map(wellFormed), text => {
    const { name, extras, specifier, url, marker } = parseRequirement(text)
    const clauses = specifier.clauses.map(({ operator, version }) => operator + version)
    return [name, [...new Set(extras)].sort(), [...new Set(clauses)].sort(), url ?? null, marker !== undefined]
  }),
  question('wheel names', 2, around(fileNames), name => {
    const wheel = parseWheelFilename(name)
    if (!wheel) return null
    const { pythons, abis, platforms } = wheel
    const tags = pythons.flatMap(python =>
      abis.flatMap(abi => platforms.map(platform => `${python}-${abi}-${platform}`)),
    )
    return [wheel.name, wheel.version.text, wheel.build ?? [], [...new Set(tags)].sort()]
  }),
  {
    kind: 'files',
    share: 1,
    // A byte order mark is no part of a text that pip has decoded.
    inputs: manySources.map(source => wellFormed(source.replace(/^\ufeff+/, ''))),
    answers(input, theirs) {
      const source = input as string
      if (!Array.isArray(theirs)) return { ours: undefined, theirs }
      const lines = theirs as readonly PipLine[]
      const texts = splitLogicalLines(source)
        .filter(line => line.text !== '')
        .map(line => expandVariables(line, variables).text)
      if (JSON.stringify(texts) !== JSON.stringify(lines.map(({ text }) => text)))
        return { ours: texts, theirs: lines.map(({ text }) => text) }
      const statements = parseRequirements(source, variables).statements.filter(({ kind }) => kind !== 'blank')
      return { ours: statements.map(answered), theirs: lines.map((line, i) => expected(line, statements[i]!)) }
    },
  },
]
