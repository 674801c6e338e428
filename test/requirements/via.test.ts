import { expect, test } from 'vitest'
import { parseRequirements } from '../../src/formats/requirements/parse.ts'
import type { RequirementsFile } from '../../src/formats/requirements/requirements-file.ts'
import { viaOf } from '../../src/formats/requirements/via.ts'
import { requirementLines } from '../../src/torch/lines.ts'

test.each([
  ['below', 'triton==2.1.0\n    # via torch\nnumpy\n', ['torch']],
  ['behind', 'triton==2.1.0  # via torch\nnumpy\n', ['torch']],
  ['several behind', 'triton==2.1.0  # via Torch, xformers\n', ['torch', 'xformers']],
  ['a list below', 'triton==2.1.0\n    # via\n    #   torch\n    #   xformers\nnumpy\n', ['torch', 'xformers']],
  ['with hashes', 'triton==2.1.0 \\\n    --hash=sha256:aa\n    # via torch\n', ['torch']],
  ['a file', 'triton==2.1.0\n    # via -r requirements.in\n', ['-r requirements-in']],
  ['another comment', 'triton==2.1.0  # for kernels\n', []],
  ['a comment of the next line', 'triton==2.1.0\n# via torch\nnumpy\n', []],
  ['at the end of the file', 'triton==2.1.0', []],
])('why a line is there: %s', (_, source, names) => {
  const file = { ...parseRequirements(source), path: 'r.txt', role: 'requirements' } as RequirementsFile
  const { requirements } = requirementLines([file], [{ python: '3.11', platform: 'linux-x86_64' }])
  expect(viaOf(file, requirements[0]!.statement)).toEqual(names)
})
