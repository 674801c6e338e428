import { expect, test } from 'vitest'
import { parseRequirement } from '../../src/packaging/requirement.ts'
import type { Platform } from '../../src/packaging/target.ts'
import { cpuForm } from '../../src/torch/cpu-form.ts'

const written = (text: string, platforms: readonly Platform[] = ['linux-x86_64']) => {
  const { name, extras, specifier } = cpuForm(
    parseRequirement(text),
    platforms.map(platform => ({ python: '3.12', platform })),
  )
  return `${name}${extras.length > 0 ? `[${extras.join(',')}]` : ''}${specifier.text}`
}

test.each<{ id: string; text: string; is: string; platforms?: readonly Platform[] }>([
  { id: 'the label of a CUDA build goes', text: 'torch==2.1.0+cu118', is: 'torch==2.1.0' },
  { id: 'that of a CPU build too, which the index decides', text: 'torch==2.1.0+cpu', is: 'torch==2.1.0' },
  { id: 'a label of the family, whatever it says', text: 'torchvision==0.16.0+mine', is: 'torchvision==0.16.0' },
  { id: 'of another project one for CUDA alone', text: 'pyg-lib==0.3.0+pt20cu118', is: 'pyg-lib==0.3.0' },
  { id: 'and no other', text: 'flask==3.0.0+mine', is: 'flask==3.0.0+mine' },
  { id: 'arbitrary equality would refuse the label', text: 'torch===2.1.0', is: 'torch==2.1.0' },
  { id: 'where nothing is to change, it stays', text: 'flask===3.0.0', is: 'flask===3.0.0' },
  { id: 'extras that bring CUDA go', text: 'jax[cuda12]>=0.4', is: 'jax>=0.4' },
  { id: 'another project without CUDA', text: 'onnxruntime-gpu>=1.17', is: 'onnxruntime>=1.17' },
  { id: 'one that Linux and Windows have', text: 'xgboost>=2', is: 'xgboost-cpu>=2' },
  {
    id: 'not where one of the platforms has none',
    text: 'xgboost>=2',
    platforms: ['linux-x86_64', 'macos-arm64'],
    is: 'xgboost>=2',
  },
])('$id: $text', ({ text, platforms, is }) => {
  expect(written(text, platforms)).toBe(is)
})

test('what has nothing of this comes back as it is', () => {
  const requirement = parseRequirement('flask[async]>=2 ; python_version > "3"')
  expect(cpuForm(requirement, [{ python: '3.12', platform: 'linux-x86_64' }])).toBe(requirement)
})
