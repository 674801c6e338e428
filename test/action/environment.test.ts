import { join } from 'node:path'
import { expect, test } from 'vitest'
import { action } from '../../src/action/action.ts'
import { runTorchpin } from '../../src/action/run.ts'
import { folderWith } from '../workspace/temporary.ts'

/** What a step gives torchpin, by a stand-in that tells its arguments and its environment and ends as a failed run does. */
async function given(inputs: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>> = {}) {
  const folder = folderWith({
    'bin.js': 'console.log(JSON.stringify([process.argv.slice(2), process.env])); process.exitCode = 2',
  })
  const logged: string[] = []
  const env = {
    ...environment,
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: folder,
    INPUT_COMMENT: 'false',
    INPUT_SUMMARY: 'false',
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  }
  await action(env, runTorchpin(join(folder, 'bin.js')), text => logged.push(text))
  const [args, variables] = JSON.parse(logged[0]!.split('\n')[0]!) as [string[], Record<string, string>]
  return { args, variables }
}

test('variables of the runner reach no file of a pull request', async () => {
  const ofRunner = {
    ACTIONS_RUNTIME_TOKEN: 'a',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'b',
    GITHUB_TOKEN: 'c',
    INPUT_TOKEN: 'd',
    RUNNER_TRACKING_ID: 'e',
    STATE_TOKEN: 'f',
  }
  const { variables } = await given({}, { ...ofRunner, INDEX_TOKEN: 'g', PIP_INDEX_URL: 'https://example.org/simple' })
  expect(Object.keys(variables).filter(name => /^(?:ACTIONS|GITHUB|INPUT|RUNNER|STATE)_/.test(name))).toEqual([])
  expect(variables).toMatchObject({ INDEX_TOKEN: 'g', PIP_INDEX_URL: 'https://example.org/simple' })
})

test.each<[id: string, args: string, expand: string[]]>([
  ['none', '', ['--expand=none']],
  ['none, beside other flags', '--pin all --exclude expand', ['--expand=none']],
  ['those that the workflow names', '--expand INDEX_TOKEN', ['--expand']],
  [
    'those that it names in one word',
    '--expand=INDEX_TOKEN --expand=OTHER',
    ['--expand=INDEX_TOKEN', '--expand=OTHER'],
  ],
])('files name variables: %s', async (_, args, expand) => {
  const line = (await given({ args })).args
  expect(line.filter(word => word.startsWith('--expand'))).toEqual(expand)
  expect(line[0]).toBe('check')
  expect(line.slice(line.indexOf('--'))).toEqual(['--'])
})
