import { evaluateMarker, markerText, parseMarker } from '../../src/packaging/marker.ts'
import { parseCoreMetadata } from '../../src/packaging/metadata.ts'
import { canonicalizeName } from '../../src/packaging/names.ts'
import { parseRequirement } from '../../src/packaging/requirement.ts'
import { filterVersions, parseSpecifierSet } from '../../src/packaging/specifier.ts'
import { environmentFor } from '../../src/packaging/target.ts'
import { compareVersions, parseVersion } from '../../src/packaging/version.ts'
import { parseWheelFilename } from '../../src/packaging/wheel.ts'
import { type Row, row } from './row.ts'

const linux = environmentFor({ python: '3.11', platform: 'linux-x86_64' })
const term = `python_version < '3.13'`
/** A text that no cache has seen. */
let unseen = 0
const fresh = (): string => `${++unseen}.`

const versionsLike = (part: string, start = '1.') =>
  [(size: number) => start + part.repeat(size), (text: string) => parseVersion(text)] as const
const specifierLike = (part: string) =>
  [(size: number) => part.repeat(size), (text: string) => parseSpecifierSet(text)] as const
const markersLike = (make: (size: number) => string) =>
  [
    make,
    (text: string) => {
      const marker = parseMarker(text)
      evaluateMarker(marker, linux)
      markerText(marker)
    },
  ] as const
const metadataLike = (part: string, start = '') =>
  [(size: number) => start + part.repeat(size), (text: string) => parseCoreMetadata(text)] as const

export const packagingRows: readonly Row[] = [
  row('version: a release of many numbers', 50_000, ...versionsLike('1.')),
  row('version: a number of many digits', 100_000, ...versionsLike('1')),
  row('version: zeros', 100_000, ...versionsLike('0')),
  row('version: a local label of many parts', 50_000, ...versionsLike('a.', '1+')),
  row('version: many labels', 50_000, ...versionsLike('.post1')),
  row('version: blanks', 100_000, ...versionsLike(' ')),
  row('version: blanks inside', 100_000, size => `1${' '.repeat(size)}x`, parseVersion),
  row('version: long numbers', 10_000, size => `1.${`${'9'.repeat(20)}.`.repeat(size)}0`, parseVersion),
  row(
    'versions: compared',
    50_000,
    size => [1, 2].map(last => parseVersion(`${fresh()}${'1.'.repeat(size)}${last}`)!),
    ([a, b]) => {
      for (let i = 0; i < 20; i++) compareVersions(a!, b!)
    },
  ),
  row('specifier: many clauses', 30_000, ...specifierLike('>=1.0,')),
  row('specifier: commas', 200_000, ...specifierLike(',')),
  row('specifier: arbitrary texts', 10_000, ...specifierLike('===x,')),
  row('specifier: blanks', 200_000, ...specifierLike(' ')),
  row('specifier: a clause that is none', 200_000, size => `>=${'1.'.repeat(size)}!`, parseSpecifierSet),
  row(
    'specifier: many versions',
    10_000,
    size => Array.from({ length: size }, (_, i) => parseVersion(`1.${i}`)!),
    versions => filterVersions(parseSpecifierSet('>=1.5,!=1.7,<2'), versions),
  ),
  row('marker: or', 30_000, ...markersLike(size => Array(size).fill(term).join(' or '))),
  row(
    'marker: and, or',
    30_000,
    ...markersLike(size => Array(size).fill(term).join(' and ').replaceAll("' and", "' or")),
  ),
  row('marker: parentheses', 100_000, ...markersLike(size => `${'('.repeat(size)}${term}${')'.repeat(size)}`)),
  row('marker: groups', 20_000, ...markersLike(size => Array(size).fill(`(${term} or ${term})`).join(' and '))),
  row('marker: a long string', 50_000, ...markersLike(size => `platform_version == '${'x'.repeat(size)}'`)),
  row('marker: quotes without an end', 100_000, ...markersLike(size => `${`'a' == `.repeat(size)}'`)),
  row('marker: backslashes', 30_000, ...markersLike(size => `platform_version == '${'\\n'.repeat(size)}'`)),
  row('marker: blanks', 200_000, ...markersLike(size => `${' '.repeat(size)}${term}`)),
  row('marker: a version of many numbers', 20_000, ...markersLike(size => `python_version < '${'1.'.repeat(size)}1'`)),
  row('requirement: extras', 50_000, size => `a[${'b,'.repeat(size)}c]`, parseRequirement),
  row('requirement: a long name', 200_000, size => 'a-'.repeat(size), parseRequirement),
  row('requirement: dots behind a name', 200_000, size => `a${'.'.repeat(size)}`, parseRequirement),
  row('requirement: arbitrary texts', 30_000, size => `a${'===x,'.repeat(size)}`, parseRequirement),
  row('requirement: clauses in parentheses', 8_000, size => `a (${'>=1,'.repeat(size)}<2)`, parseRequirement),
  row('name: separators', 200_000, size => '-_.'.repeat(size), canonicalizeName),
  row('wheel name: tags', 50_000, size => `a-1-${'py3.'.repeat(size)}-none-any.whl`, parseWheelFilename),
  row('wheel name: dashes', 100_000, size => `${'a-'.repeat(size)}.whl`, parseWheelFilename),
  row('wheel name: underscores', 100_000, size => `${'a_'.repeat(size)}-1-py3-none-any.whl`, parseWheelFilename),
  row('METADATA: headers', 50_000, ...metadataLike('Requires-Dist: a\n')),
  row(
    'METADATA: names',
    50_000,
    size => Array.from({ length: size }, (_, i) => `H${i}: a\n`).join(''),
    parseCoreMetadata,
  ),
  row('METADATA: folded', 10_000, ...metadataLike(' more\n', 'Requires-Dist: a\n')),
  row('METADATA: blank lines in front', 200_000, ...metadataLike('\n')),
  row('METADATA: colons', 200_000, ...metadataLike(':')),
  row('METADATA: one line', 500_000, ...metadataLike('x')),
]
