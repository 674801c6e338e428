import { TorchpinError } from '../contract/errors.ts'
import type { Environment } from '../files/environment.ts'
import { splitShellWords } from '../text/shell-words.ts'

const commands = ['check', 'rewrite', 'ci check'] as const

/** What a workflow asks of the action: the inputs of `action.yml`. */
export interface Inputs {
  readonly command: (typeof commands)[number]
  readonly paths: readonly string[]
  readonly workingDirectory: string
  readonly python: readonly string[]
  readonly platform: readonly string[]
  /** Of projects. */
  readonly extra: readonly string[]
  readonly group: readonly string[]
  /** A size as the flag takes it; empty: no limit. */
  readonly maxDownload: string
  readonly maxInstalled: string
  /** A revision that a change is held against; empty: the files as they are. */
  readonly against: string
  readonly maxGrowthDownload: string
  readonly maxGrowthInstalled: string
  /** Further flags. */
  readonly args: readonly string[]
  readonly summary: boolean
  readonly comment: boolean
  readonly token: string
}

/**
 * Reads the inputs as a runner hands them over: `INPUT_` and the name in capitals, dashes kept.
 * @throws TorchpinError BAD_OPTION
 */
export function readInputs(environment: Environment): Inputs {
  const input = (name: string) => environment[`INPUT_${name.toUpperCase()}`]?.trim() ?? ''
  const words = (name: string) =>
    input(name)
      .split(/[\s,]+/)
      .filter(word => word !== '')
  const asked = input('command') || 'check'
  const command = commands.find(name => name === asked)
  if (command === undefined) throw notOneOf('command', asked, commands.join(', '))
  return {
    command,
    paths: input('paths')
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== ''),
    workingDirectory: input('working-directory'),
    python: words('python'),
    platform: words('platform'),
    extra: words('extra'),
    group: words('group'),
    maxDownload: input('max-download'),
    maxInstalled: input('max-installed'),
    against: input('against'),
    maxGrowthDownload: input('max-growth-download'),
    maxGrowthInstalled: input('max-growth-installed'),
    args: shellWords(input('args')),
    summary: yesOrNo('summary', input('summary')),
    comment: yesOrNo('comment', input('comment')),
    token: input('token'),
  }
}

/**
 * The command line of a run. Every value of an input is bound to its flag, and a path comes behind `--`: neither can
 * become a flag of its own. What the action needs comes behind the flags of `args`, and so wins.
 *
 * @param files where the reports go
 */
export function commandLine(inputs: Inputs, files: { readonly json: string; readonly markdown: string }): string[] {
  const { command, paths, python, platform, extra, group, args } = inputs
  const single = [
    ['max-download', inputs.maxDownload],
    ['max-installed', inputs.maxInstalled],
    ['against', inputs.against],
    ['max-growth-download', inputs.maxGrowthDownload],
    ['max-growth-installed', inputs.maxGrowthInstalled],
  ] as const
  return [
    ...command.split(' '),
    ...args,
    ...python.map(version => `--python=${version}`),
    ...platform.map(name => `--platform=${name}`),
    ...extra.map(name => `--extra=${name}`),
    ...group.map(name => `--group=${name}`),
    ...single.filter(([, value]) => value !== '').map(([name, value]) => `--${name}=${value}`),
    '--no-progress',
    '--format=github',
    `--output=json=${files.json}`,
    `--output=markdown=${files.markdown}`,
    '--',
    ...paths,
  ]
}

function shellWords(text: string): string[] {
  const words = splitShellWords(text, 0)
  if ('problem' in words)
    throw new TorchpinError('BAD_OPTION', `args: ${words.problem}`, { hint: 'quote it as in a shell' })
  return words.map(({ value }) => value)
}

/** What YAML 1.2 calls a boolean, as `getBooleanInput` of GitHub's own toolkit takes it; empty is true, the default of both. */
function yesOrNo(name: string, text: string): boolean {
  if (/^(?:true|True|TRUE|)$/.test(text)) return true
  if (/^(?:false|False|FALSE)$/.test(text)) return false
  throw notOneOf(name, text, 'true, false')
}

function notOneOf(name: string, value: string, choices: string): TorchpinError {
  return new TorchpinError('BAD_OPTION', `${name} cannot be ${JSON.stringify(value)}`, { hint: `one of ${choices}` })
}
