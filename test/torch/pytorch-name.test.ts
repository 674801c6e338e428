import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rewrite } from '../../src/rewrite/rewrite.ts'
import { sandbox } from '../sandbox.ts'

/** The placeholder on the public index that bears the name of PyTorch. */

const { temporary: cwd, optionsIn } = sandbox({}, { pytorch: { '1.0.2': { tags: ['py3-none-any'] } } })

function run(text: string) {
  writeFileSync(join(cwd, 'requirements.txt'), text)
  return rewrite(['requirements.txt'], {
    ...optionsIn(cwd),
    sizes: false,
  })
}

test('pytorch with a version of conda: what it is, and what to write', async () => {
  const run11 = run('pytorch==1.11.0\n')
  await expect(run11).rejects.toThrow('it is a placeholder that cannot be installed; the project is called torch')
  await expect(run11).rejects.toMatchObject({ code: 'NO_SOLUTION', hint: 'write torch in place of pytorch' })
})

test('pytorch alone resolves to the placeholder, which is told', async () => {
  const { result } = await run('pytorch\n')
  expect(result.files[0]!.diagnostics).toMatchObject([{ code: 'misleading-name', hint: 'write torch in its place' }])
})
