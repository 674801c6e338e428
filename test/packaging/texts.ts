import fc from 'fast-check'

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

/** Texts that are nearly right: pieces of the grammar in any order. */
export const nearTexts = fc
  .array(
    fc.constantFrom(
      ...'torch,a,1,1.0,2.*,+cpu,==,>=,~=,===,<,!=,[,],(,),;,@, ,\t,\n,",\',and,or,in,not,python_version,extra,os.name,\\,é,rc1,.post1,-1,#'.split(
        ',',
      ),
      ',',
    ),
    { maxLength: 12 },
  )
  .map(parts => parts.join(''))
