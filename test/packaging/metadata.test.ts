import { expect, test } from 'vitest'
import { parseCoreMetadata } from '../../src/packaging/metadata.ts'
import { oracle } from './oracle.ts'

type Row = readonly [
  text: string,
  metadataVersion: string | null,
  name: string | null,
  version: string | null,
  requiresDist: string[],
  requiresPython: string | null,
  providesExtra: string[],
  dynamic: string[],
]
const { packaging, cases } = oracle<Row>('metadata')

test(`core metadata is read as packaging ${packaging} reads it`, () => {
  expect(cases.length).toBeGreaterThanOrEqual(500)
  expect(cases.map(([text]) => parseCoreMetadata(text))).toEqual(
    cases.map(([, metadataVersion, name, version, requiresDist, requiresPython, providesExtra, dynamic]) => ({
      metadataVersion: metadataVersion ?? '',
      name: name ?? '',
      version: version ?? '',
      requiresDist,
      ...(requiresPython !== null && { requiresPython }),
      providesExtra,
      dynamic,
    })),
  )
})

test('folded lines are joined, and the description is not read', () => {
  const text = `Metadata-Version: 2.1
Name: torch
Version: 2.1.0+cpu
Requires-Dist: triton (==2.1.0) ; platform_system == "Linux"
    and platform_machine == "x86_64"
Provides-Extra: opt-einsum

Name: other
Requires-Dist: never
`
  const wanted = {
    metadataVersion: '2.1',
    name: 'torch',
    version: '2.1.0+cpu',
    requiresDist: ['triton (==2.1.0) ; platform_system == "Linux" and platform_machine == "x86_64"'],
    providesExtra: ['opt-einsum'],
    dynamic: [],
  }
  expect(parseCoreMetadata(text)).toEqual(wanted)
  expect(parseCoreMetadata(text.replaceAll('\n', '\r\n'))).toEqual(wanted)
})
