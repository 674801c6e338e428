import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { TorchpinError } from '../../src/contract/errors.ts'
import { isIgnored, rulesAbove, withRulesOf } from '../../src/files/git-ignore.ts'
import { compiledFrom } from '../../src/project-files/compiled.ts'
import { findConfig } from '../../src/project-files/config.ts'
import { pythonOfDockerfile } from '../../src/project-files/dockerfile/python.ts'
import { fromPyproject } from '../../src/project-files/pyproject-python.ts'
import { commandsOf } from '../../src/project-files/shell/lines.ts'
import { dockerfileTexts } from '../arbitraries/dockerfile.ts'
import { compiledHeaders } from '../arbitraries/requirements-file.ts'
import { ignoreTexts, paths, tomlTexts } from '../arbitraries/settings-files.ts'
import { asyncTarget, type FuzzTarget, outcomeOfAsync, target } from './target.ts'

/** A repository with one folder in it, made when first asked for: the files of every example go there. */
function repository(): { readonly at: () => string; readonly close: () => Promise<void> } {
  let made: string | undefined
  return {
    at() {
      if (made === undefined) {
        made = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-fuzz-')))
        mkdirSync(join(made, '.git'))
        mkdirSync(join(made, 'sub'))
      }
      return made
    },
    async close() {
      if (made !== undefined) rmSync(made, { recursive: true })
      made = undefined
    },
  }
}

const ignoring = repository()
const configured = repository()

export const workspaceTargets: readonly FuzzTarget[] = [
  asyncTarget(
    '.gitignore',
    fc.tuple(ignoreTexts, ignoreTexts, paths),
    async ([above, own, path]) => {
      const folder = join(ignoring.at(), 'sub')
      writeFileSync(join(ignoring.at(), '.gitignore'), above)
      writeFileSync(join(folder, '.gitignore'), own)
      const { rules } = await rulesAbove(folder)
      const below = await withRulesOf({ path: folder, names: ['.gitignore'] }, rules)
      return isIgnored(below, join(folder, path), false) ? 'read' : 'refused'
    },
    ignoring.close,
  ),

  asyncTarget(
    'settings',
    fc.tuple(fc.constantFrom('torchpin.toml', 'pyproject.toml'), tomlTexts),
    ([name, text]) =>
      outcomeOfAsync(
        async () => {
          const other = name === 'torchpin.toml' ? 'pyproject.toml' : 'torchpin.toml'
          rmSync(join(configured.at(), other), { force: true })
          writeFileSync(join(configured.at(), name), text)
          const found = await findConfig(configured.at())
          for (const key of Object.keys(found?.settings ?? {})) assert.match(found!.placeOf(key), /\.toml(:\d+)?$/)
        },
        error => error instanceof TorchpinError && error.code === 'FILE_UNREADABLE',
      ),
    configured.close,
  ),

  asyncTarget('Python of pyproject.toml', tomlTexts, async text => {
    const [found] = (await fromPyproject(text)).pythons
    if (!found) return 'refused'
    assert.match(found.python, /^3\.\d+(\.\d+)?$/)
    return 'read'
  }),

  asyncTarget('Python of a Dockerfile', dockerfileTexts, async text => {
    for (const { text: command, lineOf } of commandsOf(text)) assert(lineOf(command.length) >= 1)
    const found = await pythonOfDockerfile(text)
    if (!found) return 'refused'
    assert.match(found.python, /^3\.\d+(\.\d+)?$/)
    assert(found.line! >= 1)
    return 'read'
  }),

  target('headers of compiled files', compiledHeaders, text => {
    const found = compiledFrom(text)
    for (const source of found?.sources ?? []) assert.match(source, /\.(?:in|txt|toml|py|cfg)$/)
    return found ? 'read' : 'refused'
  }),
]
