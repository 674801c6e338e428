import assert from 'node:assert/strict'
import fc from 'fast-check'
import { evaluateMarker, markerText, parseMarker } from '../../src/packaging/marker.ts'
import { parseCoreMetadata } from '../../src/packaging/metadata.ts'
import { parseRequirement } from '../../src/packaging/requirement.ts'
import { filterVersions, parseSpecifierSet, satisfies } from '../../src/packaging/specifier.ts'
import { PackagingSyntaxError } from '../../src/packaging/syntax-error.ts'
import { environmentFor } from '../../src/packaging/target.ts'
import { compareVersions, parseVersion, publicVersion } from '../../src/packaging/version.ts'
import { parseSdistFilename, parseWheelFilename } from '../../src/packaging/wheel.ts'
import { placesOf, pythonsNamed } from '../../src/packaging/wheel-places.ts'
import {
  around,
  fileNames,
  markerTexts,
  metadataTexts,
  requirementTexts,
  specifierTexts,
  versionTexts,
} from '../arbitraries/packaging.ts'
import { type FuzzTarget, type Outcome, outcomeOf, target } from './target.ts'

/** A text is read, or refused by a syntax error that points into it. */
function readOrRefused(text: string, read: () => void): Outcome {
  return outcomeOf(read, error => {
    if (!(error instanceof PackagingSyntaxError)) return false
    const { start, end } = error.span
    assert(0 <= start && start <= end && end <= text.length, `the error is at ${start}..${end}`)
    assert.notEqual(error.message, '')
    return true
  })
}

const linux = environmentFor({ python: '3.11', platform: 'linux-x86_64' })
const candidates = ['1.0', '2.0rc1', '2.0', '2.0+cpu', '2.0.post1', '2.1.dev3', '1!0'].map(text => parseVersion(text)!)

export const packagingTargets: readonly FuzzTarget[] = [
  target('versions', fc.tuple(around(versionTexts), around(versionTexts)), ([text, other]) => {
    const version = parseVersion(text)
    if (!version) return 'refused'
    assert.equal(parseVersion(version.text)?.key, version.key)
    assert.equal(parseVersion(version.text)!.text, version.text)
    assert.equal(publicVersion(version).local, undefined)
    const second = parseVersion(other)
    if (second) {
      const order = compareVersions(version, second)
      assert.equal(compareVersions(second, version), order === 0 ? 0 : -order)
      assert.equal(order === 0, version.key === second.key)
    }
    return 'read'
  }),

  target('specifiers', around(specifierTexts), text =>
    readOrRefused(text, () => {
      const set = parseSpecifierSet(text)
      for (const { span, operatorSpan, versionSpan, operator, version } of set.clauses) {
        assert.equal(text.slice(operatorSpan.start, operatorSpan.end), operator)
        assert.equal(text.slice(versionSpan.start, versionSpan.end), version)
        assert.deepEqual(span, { start: operatorSpan.start, end: versionSpan.end })
      }
      const again = parseSpecifierSet(set.text)
      assert.deepEqual(
        again.clauses.map(({ version }) => version),
        set.clauses.map(({ version }) => version),
      )
      const fitting = candidates.filter(version => satisfies(set, version))
      assert.deepEqual(
        candidates.filter(version => satisfies(again, version)),
        fitting,
      )
      for (const kept of filterVersions(set, candidates)) assert(candidates.includes(kept))
    }),
  ),

  target('markers', around(markerTexts), text =>
    readOrRefused(text, () => {
      const marker = parseMarker(text)
      const printed = markerText(marker)
      assert.equal(markerText(parseMarker(printed)), printed)
      for (const extras of [undefined, new Set(['a', 'b-c'])])
        assert.equal(evaluateMarker(parseMarker(printed), linux, extras), evaluateMarker(marker, linux, extras))
    }),
  ),

  target('requirements', around(requirementTexts), text =>
    readOrRefused(text, () => {
      const { name, extras, specifier, url, marker, spans } = parseRequirement(text)
      const cut = (span?: { start: number; end: number }) => span && text.slice(span.start, span.end)
      assert.equal(cut(spans.name), name)
      assert.equal(cut(spans.specifier) ?? '', specifier.text)
      assert.equal(cut(spans.url), url)
      if (spans.marker) assert.equal(markerText(parseMarker(cut(spans.marker)!)), markerText(marker!))
      const bracketed = extras.length > 0 ? `[${extras.join(',')}]` : ''
      const printed = `${name}${bracketed}${url ? ` @ ${url}` : specifier.text}${marker ? ` ; ${markerText(marker)}` : ''}`
      const again = parseRequirement(printed)
      assert.deepEqual([again.name, again.extras, again.url], [name, extras, url])
      assert.equal(again.specifier.text, specifier.text)
    }),
  ),

  target('file names', around(fileNames), name => {
    const wheel = parseWheelFilename(name)
    const sdist = parseSdistFilename(name, 'Foo.Bar')
    if (!wheel) return sdist ? 'read' : 'refused'
    assert.equal(sdist, undefined)
    pythonsNamed(wheel)
    for (const { python, platform } of placesOf(wheel, ['3.9', '3.13', '3.13t']))
      assert(python !== '' && platform !== '')
    return 'read'
  }),

  // No body changes what the headers say.
  target('core metadata', around(metadataTexts), text => {
    const found = parseCoreMetadata(text)
    const headers = 'Metadata-Version: 2.1\nName: a\nVersion: 1\nRequires-Dist: b\n'
    assert.deepEqual(parseCoreMetadata(`${headers}\n${text}`), parseCoreMetadata(headers))
    return found.name === '' ? 'refused' : 'read'
  }),
]
