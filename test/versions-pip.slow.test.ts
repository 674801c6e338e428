import { spawn, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Platform, platforms, supportedTags } from '../src/packaging/target.ts'
import { versions } from '../src/versions/versions.ts'
import { type DescribedIndex, serveDescribedIndex } from './loopback/described-index.ts'
import { cpu2026 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

/**
 * The list for a Python and a platform beside that of `pip index versions`, which has --json since pip 25.1. TORCHPIN_PIP
 * names a pip; else it is that of python3. Passed over where there is none.
 */
const named = process.env['TORCHPIN_PIP']
const [command, before] = named ? [named, []] : ['python3', ['-m', 'pip']]
const help = spawnSync(command, [...before, 'index', 'versions', '--help'], { encoding: 'utf8' })
const hasPip = help.status === 0 && help.stdout.includes('--json')

let described: DescribedIndex
const { indexes: made, environment, folderWith } = sandbox(cpu2026, {})

beforeAll(async () => {
  described = await serveDescribedIndex({ assumedUpload: '2026-01-01T00:00:00Z', publicIndexUrl: 'http://127.0.0.1:9' })
})
afterAll(() => described.close())

/** What pip lists: newest first; nothing where it says that there is no matching distribution. */
function pipVersions(project: string, index: string, python: string, platform: Platform, more: readonly string[]) {
  const tags = [...supportedTags({ python, platform }).keys()].map(tag => tag.split('-')[2]!)
  const target = [...new Set(tags)].filter(tag => tag !== 'any').flatMap(tag => ['--platform', tag])
  const where = ['--index-url', index, '--only-binary', ':all:', '--python-version', python, '--no-cache-dir']
  const args = [...before, 'index', 'versions', project, '--json', ...where, ...target, ...more]
  // Not spawnSync: the index is served by this very process.
  const env = { ...environment, PATH: process.env['PATH']! }
  const child = spawn(command, args, { env: { ...env, PIP_DISABLE_PIP_VERSION_CHECK: '1' } })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', text => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', text => (stderr += text))
  return new Promise<string[]>((done, fail) =>
    child.on('close', code => {
      if (code === 0) done(JSON.parse(stdout).versions)
      else if (stderr.includes('No matching distribution found')) done([])
      else fail(new Error(stderr))
    }),
  )
}

async function listed(project: string, index: string, python: string, platform: Platform, prereleases: boolean) {
  const asked = { python: [python], platform: [platform], prereleases, cpuIndexUrl: index }
  const own = { cacheDir: folderWith({}), environment }
  const found = await versions(project, { ...asked, ...own }).catch(error => {
    if (error.code !== 'NO_SOLUTION') throw error
  })
  return (found?.releases ?? []).map(({ version }) => version)
}

describe.skipIf(!hasPip)('as pip lists them (skipped without a pip that has `index versions --json`)', () => {
  test.each([
    ...platforms.flatMap(platform => ['3.9', '3.14'].map(python => ['torch', platform, python] as const)),
    ['torchvision', 'linux-aarch64', '3.11'],
  ] as const)('%s on %s, Python %s', async (project, platform, python) => {
    expect(await listed(project, described.cpu, python, platform, false)).toEqual(
      await pipVersions(project, described.cpu, python, platform, []),
    )
  })

  test.each([
    ['torch', '3.14', true],
    ['torchvision', '3.13', false],
    ['torchao', '3.10', false],
  ])('%s of a made index, Python %s, pre-releases: %s', async (project, python, pre) => {
    const found = await listed(project, made.cpu, python, 'linux-x86_64', pre)
    const more = pre ? ['--pre'] : []
    const pip = await pipVersions(project, made.cpu, python, 'linux-x86_64', more)
    // pip does not look at the label: a build for CUDA is a version like another to it.
    expect(found).toEqual(pip.filter(version => !/\+cu\d+$/.test(version)))
  })
})
