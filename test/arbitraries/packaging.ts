import fc from 'fast-check'
import { jumbled, mangled } from './mangled.ts'

// Texts of the packaging standards, right ones in all their spellings.

const separator = fc.constantFrom('', '.', '-', '_')
const number = fc.oneof(fc.nat({ max: 30 }), fc.nat({ max: 20_300_101 })).map(String)
const release = fc.array(number, { minLength: 1, maxLength: 4 }).map(numbers => numbers.join('.'))

function labelled(...words: string[]): fc.Arbitrary<string> {
  const label = fc.tuple(separator, fc.constantFrom(...words), separator, fc.option(number, { nil: '' }))
  return fc.option(
    label.map(parts => parts.join('')),
    { nil: '' },
  )
}

/** PEP 440 versions without a local version label. */
export const publicTexts = fc
  .tuple(
    fc.constantFrom('', '', '', 'v', '1!'),
    release,
    labelled('a', 'b', 'c', 'rc', 'alpha', 'BETA', 'pre', 'Preview'),
    labelled('post', 'rev', 'r'),
    labelled('dev'),
  )
  .map(parts => parts.join(''))

/** PEP 440 versions. */
export const versionTexts = fc
  .tuple(
    publicTexts,
    fc.option(fc.array(fc.constantFrom('cpu', 'cu118', '1', '10', 'ABI'), { minLength: 1 }), { nil: [] }),
  )
  .map(([text, label]) => (label.length > 0 ? `${text}+${label.join('.')}` : text))

const clauseTexts = fc.oneof(
  fc.tuple(fc.constantFrom('==', '!=', '==='), versionTexts).map(parts => parts.join('')),
  fc.tuple(fc.constantFrom('==', '!='), release).map(([operator, prefix]) => `${operator}${prefix}.*`),
  fc.tuple(fc.constantFrom('<', '<=', '>', '>='), fc.constantFrom('', ' '), publicTexts).map(parts => parts.join('')),
  fc
    .tuple(
      number,
      publicTexts.filter(text => /^\d+(\D|$)/.test(text)),
    )
    .map(([major, rest]) => `~=${major}.${rest}`.replace(/!.*/, '')),
)

/** Version specifiers. */
export const specifierTexts = fc
  .tuple(fc.array(clauseTexts, { maxLength: 4 }), fc.constantFrom(',', ', ', ' ,'))
  .map(([clauses, comma]) => clauses.join(comma))

const quoted = fc
  .string({ unit: fc.constantFrom('a', '3', '.', ' ', '-', '\\\\', '\\n', 'é'), maxLength: 6 })
  .chain(text => fc.constantFrom(`'${text}'`, `"${text}"`))
const variable = fc.constantFrom(
  'python_version',
  'python_full_version',
  'sys_platform',
  'os.name',
  'extra',
  'platform_release',
)
const operator = fc.constantFrom('==', '!=', '<', '<=', '>', '>=', '~=', '===', 'in', 'not in')
const comparison = fc.oneof(
  fc.tuple(variable, operator, quoted).map(parts => parts.join(' ')),
  fc.tuple(quoted, operator, variable).map(parts => parts.join(' ')),
)

/** Environment markers. */
export const markerTexts: fc.Arbitrary<string> = fc.letrec<{ marker: string }>(tie => ({
  marker: fc.oneof(
    { maxDepth: 3 },
    comparison,
    tie('marker').map(inner => `(${inner})`),
    fc.tuple(tie('marker'), fc.constantFrom(' and ', ' or '), tie('marker')).map(parts => parts.join('')),
  ),
})).marker

const names = fc.constantFrom('torch', 'Foo.Bar', 'a', 'zope-interface_x')
const extras = fc
  .array(fc.constantFrom('cpu', 'B_c', 'all'), { maxLength: 3 })
  .map(found => (found.length > 0 ? `[${found.join(' , ')}]` : ''))

// A comma glued to the text after `===` would belong to it.
const specifiers = specifierTexts.map(text => (text.includes('===') ? text.replace(/ ?, ?/g, ' ,') : text))

/** Dependency specifiers. */
export const requirementTexts = fc
  .tuple(
    names,
    extras,
    fc.oneof(
      specifiers,
      specifiers.map(text => ` (${text})`),
      fc.constant(' @ https://example.org/a.whl '),
    ),
    fc.option(
      markerTexts.map(text => ` ; ${text}`),
      { nil: '' },
    ),
  )
  .map(parts => parts.join(''))

/** File names of wheels and of source distributions. */
export const fileNames = fc
  .tuple(
    fc.constantFrom('torch', 'Foo.Bar', 'foo_bar', 'foo-bar', 'a.b', 'fo\u00e9', '_'),
    versionTexts,
    fc.constantFrom('', '', '-1', '-2x', '-10_a', '-x'),
    fc.constantFrom('cp311', 'py2.py3', 'py3', 'CP313', 'pp310'),
    fc.constantFrom('cp311', 'abi3', 'none', 'cp313t', 'abi3.none'),
    fc.constantFrom(
      'any',
      'linux_x86_64',
      'manylinux_2_17_x86_64.manylinux2014_x86_64',
      'macosx_11_0_arm64',
      'win_arm64',
      'musllinux_1_2_s390x',
    ),
    fc.constantFrom('.whl', '.whl', '.WHL', '.tar.gz', '.zip', '.tar.bz2'),
  )
  .map(([project, version, build, python, abi, platform, end]) =>
    end.toLowerCase() === '.whl'
      ? `${project}-${version.replaceAll('-', '_')}${build}-${python}-${abi}-${platform}${end}`
      : `${project}-${version}${end}`,
  )

const fields = fc.tuple(
  fc.constantFrom(
    'Requires-Dist',
    'requires-dist',
    'Provides-Extra',
    'Requires-Python',
    'Dynamic',
    'Keywords',
    'Summary',
    'Name',
  ),
  fc.constantFrom(':', ': ', ' : ', ''),
  fc.oneof(
    requirementTexts,
    specifierTexts,
    fc.constantFrom('', 'x y', 'a\n  folded', 'a\r\n\tb', '\u2028Name: b', '\x0c'),
  ),
)

/** Core metadata as e-mail headers. */
export const metadataTexts = fc
  .tuple(
    fc.array(fields, { maxLength: 8 }),
    fc.constantFrom('\n', '\r\n', '\r'),
    fc.constantFrom('', '\n\nbody', '\n\nName: b\n'),
  )
  .map(
    ([all, end, body]) =>
      ['Metadata-Version: 2.1', 'Name: a', 'Version: 1', ...all.map(parts => parts.join(''))].join(end) + body,
  )

// biome-ignore format: a list of pieces
export const packagingPieces: readonly string[] = [
  'torch', 'a', '1', '1.0', '2.*', '+cpu', '==', '>=', '~=', '===', '<', '!=', '[', ']', '(', ')', ';', '@', ',', ' ', '\t', '\n', '\r', '"', "'",
  'and', 'or', 'in', 'not', ' and ', ' or ', 'python_version', 'extra', 'os.name', '\\', '\\N{DIGIT ONE}', '\\u00', 'é', '\u0661', '\u00a0', 'rc1', '.post1', '-1', '-', '_', '.', '!',
  '#', ':', 'v', '0', '00', '.whl', '.tar.gz', 'py3-none-any', 'https://h/', '\ud800', '\0', '99999999999999999999',
]

/** Texts that are nearly right: pieces of the grammar in any order. */
export const nearTexts = fc.array(fc.constantFrom(...packagingPieces), { maxLength: 12 }).map(parts => parts.join(''))

/** Right texts, nearly right ones, and any. */
export const around = (right: fc.Arbitrary<string>) => {
  const samples = fc.sample(right, { numRuns: 60, seed: 1 })
  return fc.oneof(
    { weight: 4, arbitrary: right },
    { weight: 3, arbitrary: mangled(samples, packagingPieces) },
    { weight: 2, arbitrary: nearTexts },
    { weight: 1, arbitrary: jumbled(packagingPieces) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  )
}
