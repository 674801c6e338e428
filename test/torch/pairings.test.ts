import { expect, test } from 'vitest'
import { withPairing } from '../../src/torch/pairings.ts'

const silent = {
  name: 'torchaudio',
  version: '2.11.0',
  requiresDist: [],
  providesExtra: [],
  dynamic: [],
  metadataVersion: '2.1',
}

test.each([
  [
    'a release whose metadata names no torch gets the one it was built for',
    'torchaudio',
    '2.11.0',
    silent,
    ['torch>=2.11.0'],
  ],
  ['so does one whose metadata is not known', 'torchvision', '0.16.0', undefined, ['torch==2.1.0']],
  [
    'metadata that names a torch stands',
    'torchvision',
    '0.16.0',
    { ...silent, requiresDist: ['numpy', 'torch (==2.1.0)'] },
    ['numpy', 'torch (==2.1.0)'],
  ],
  [
    'torchdata is no torch',
    'torchtext',
    '0.16.0',
    { ...silent, requiresDist: ['torchdata==0.7.0'] },
    ['torchdata==0.7.0', 'torch==2.1.0'],
  ],
])('%s', (_, project, version, metadata, requires) =>
  expect(withPairing(project, version, metadata)?.requiresDist).toEqual(requires),
)

test('nothing is guessed for a release that is not in the table', () => {
  expect(withPairing('torchvision', '0.99.0', undefined)).toBeUndefined()
  expect(withPairing('torchaudio', '9.0.0', silent)).toBe(silent)
})
