import { expect, test } from 'vitest'
import { hashedFiles } from '../../src/decide/hashed-files.ts'
import { fileOf } from '../requirements/file-of.ts'
import { chosen, linesOf, versionsOf, written } from './given.ts'

const hash = `--hash=sha256:${'1'.repeat(64)}`
const resolution = chosen({ torch: '2.1.0+cpu', torchvision: '0.16.0+cpu', numpy: '1.26.0' })

test.each([
  ['none without hashes', 'torch\n', []],
  [
    'of lines that are pinned, and of the torch family that joins them',
    `torch==2.0.0 ${hash}\n`,
    ['torch', 'torchvision'],
  ],
  ['not of lines that stay', `torch==2.1.0+cpu ${hash}\ntorchvision==0.16.0+cpu ${hash}\n`, []],
  ['not of other projects', `numpy==1.26.0 ${hash}\ntorch==2.1.0+cpu ${hash}\n`, ['torchvision']],
])('%s', (_, text, projects) => {
  const files = hashedFiles(linesOf(fileOf(text)), versionsOf(resolution), written('extra-index-url'))
  expect(files.map(({ filename }) => filename.split('-')[0])).toEqual(projects)
})
