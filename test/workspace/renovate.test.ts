import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findRenovateSettings } from '../../src/project-files/renovate.ts'
import { folderWith, repositoryWith } from './temporary.ts'

test.each<[id: string, files: Record<string, string>, found: string | undefined]>([
  ['at the top', { 'renovate.json': '{}' }, 'renovate.json'],
  ['in a folder of the code host', { '.github/renovate.json5': '{}' }, '.github/renovate.json5'],
  ['under its short name', { '.renovaterc': '{}' }, '.renovaterc'],
  ['the first that is there', { '.renovaterc': '{}', '.gitlab/renovate.json': '{}' }, '.gitlab/renovate.json'],
  ['in package.json', { 'package.json': '{ "renovate": { "extends": [] } }' }, 'package.json'],
  [
    'not where Renovate is only a package',
    { 'package.json': '{ "devDependencies": { "renovate": "^39" } }' },
    undefined,
  ],
  ['not in another folder', { 'docs/renovate.json': '{}', 'service/renovate.json': '{}' }, undefined],
  ['not where there is none', { '.github/workflows/ci.yml': '' }, undefined],
])('settings of Renovate: %s', async (_, files, found) => {
  const root = repositoryWith({ 'service/requirements.txt': '', ...files })
  expect(await findRenovateSettings(join(root, 'service'), root)).toEqual(
    found && { path: found, namesRegistries: false },
  )
})

test('settings that name registries', async () => {
  const root = repositoryWith({ 'renovate.json': '{ "packageRules": [{ "registryUrls": ["https://example.org"] }] }' })
  expect(await findRenovateSettings(root, root)).toEqual({ path: 'renovate.json', namesRegistries: true })
})

test('a folder that is in no repository has no settings', async () => {
  const root = folderWith({ 'renovate.json': '{}' })
  expect(await findRenovateSettings(root, root)).toBeUndefined()
})
