// Runs the real pre-commit with the hooks of this repository, as they are committed, against loopback indexes:
// node scripts/run.js integrations/pre-commit/run.ts
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { serveIndexes } from '../../test/loopback/indexes.ts'
import { cpu2023, main2023 } from '../../test/loopback/worlds.ts'
import { conclude, holds } from '../claims.ts'
import { makeRepository, run } from './repository.ts'

const found = await run('pre-commit', ['--version'], '.', process.env)
if (found.code !== 0) {
  console.log('skipped: there is no pre-commit on the path')
  process.exit(0)
}
console.log(`${found.output.trim()}, Node ${process.versions.node}`)

const says = (claim: string, output: string, pattern: RegExp): void =>
  holds(claim, pattern.test(output) || output, true)

const folder = mkdtempSync(join(tmpdir(), 'torchpin-pre-commit-'))
const indexes = await serveIndexes(cpu2023, main2023)
const settings = `cpu-index-url = "${indexes.cpu}"\nindex-url = "${indexes.main}"\npython = "3.11"\n`
const commit = (await run('git', ['rev-parse', 'HEAD'], '.', process.env)).output.trim()
const hook = (id: string) => makeRepository(folder, { path: resolve('.'), commit, id }, settings)
try {
  console.log('\ntorchpin-rewrite')
  const pinned = await hook('torchpin-rewrite')
  pinned.write({
    'requirements.txt': '-r requirements/base.txt\nfastapi>=0.100\n',
    'requirements/base.txt': 'torch>=2\n',
  })
  const first = await pinned.commit()
  holds('a commit with an open version fails', first.code, 1)
  says('the hook says that it changed files', first.output, /files were modified by this hook/)
  says('and shows the difference', first.output, /^\+torch==2\.1\.0\+cpu$/m)
  holds('the file is rewritten', pinned.read('requirements.txt').split('\n').at(-2), 'fastapi==0.104.1')
  holds('and so is what it includes', pinned.read('requirements/base.txt').split('\n').at(-2), 'torch==2.1.0+cpu')
  const second = await pinned.commit()
  holds('the next commit passes', second.code, 0)
  says('the hook ran in it', second.output, /torchpin rewrite\.+Passed/)
  pinned.write({ 'app.py': '' })
  says('a commit of other files does not run it', (await pinned.commit()).output, /no files to check.*Skipped/)
  pinned.write({ 'requirements/base.txt': 'torch>=2\nnumpy<2\n' })
  holds('one of an included file alone does', (await pinned.commit()).code, 1)
  holds('run --all-files passes then', (await pinned.runAll()).code, 0)
  pinned.write({ 'requirements.txt': 'torch==9.9.9\n' })
  const conflict = await pinned.commit()
  holds('versions that do not exist fail the commit', conflict.code, 1)
  says('with the reason', conflict.output, /error\[NO_SOLUTION\]/)

  const project = await hook('torchpin-rewrite')
  const needs = '[project]\nname = "app"\nversion = "1"\nrequires-python = "==3.11.*"\ndependencies = ["torch>=2"]\n'
  project.write({ 'pyproject.toml': `${needs}\n[tool.uv]\npackage = false\n` })
  holds('a commit of a project that would bring CUDA fails', (await project.commit()).code, 1)
  says(
    'the project is bound to the CPU index',
    project.read('pyproject.toml'),
    /^torch = \{ index = "pytorch-cpu" \}$/m,
  )
  holds('and its next commit passes', (await project.commit()).code, 0)

  console.log('\ntorchpin-check')
  const checked = await hook('torchpin-check')
  checked.write({ 'requirements.txt': 'torch>=2\n' })
  const open = await checked.commit()
  holds('a commit that would bring CUDA fails', open.code, 1)
  says('with the line', open.output, /^requirements\.txt:1: error\[cuda-installed\]: /m)
  holds('and nothing is changed', checked.read('requirements.txt'), 'torch>=2\n')
  checked.write({ 'requirements.txt': `--extra-index-url ${indexes.cpu}\ntorch==2.1.0+cpu\n` })
  holds('a CPU pin passes', (await checked.commit()).code, 0)
} finally {
  await indexes.close()
  rmSync(folder, { recursive: true, force: true })
}
conclude()
